//! `GET /me`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::AdminId;
use deskwire_domain::{admins, workspaces};
use serde::Serialize;

use super::view::{Role, teams};
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct Me<'a> {
    r#type: &'static str,
    id: AdminId,
    email: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    email_verified: bool,
    away_mode_enabled: bool,
    away_mode_reassign: bool,
    team_ids: Vec<i64>,
    app: App<'a>,
    avatar: Avatar<'a>,
    has_inbox_seat: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role<'a>>,
}

#[derive(Serialize)]
struct App<'a> {
    r#type: &'static str,
    id_code: &'a str,
    name: &'a str,
    created_at: i64,
    /// The old name of identity verification.
    secure: bool,
    identity_verification: bool,
    timezone: &'a str,
    region: &'a str,
}

#[derive(Serialize)]
struct Avatar<'a> {
    r#type: &'static str,
    image_url: Option<&'a str>,
}

/// The admin the token acts as, and the workspace.
pub async fn handle(request: Request) -> Result<Reply> {
    let found = request.read(|cx| {
        let id = cx.actor().admin_id().ok_or(ErrorKind::AdminNotFound)?;
        Ok((admins::find(cx, id, ErrorKind::AdminNotFound)?, workspaces::known(cx)?))
    });
    let (full, workspace) = found.await?;
    let admin = &full.admin;
    request.json(&Me {
        r#type: "admin",
        id: admin.id,
        email: &admin.email,
        name: &admin.name,
        job_title: admin.job_title.as_deref(),
        email_verified: admin.email_verified,
        away_mode_enabled: admin.away_mode_enabled,
        away_mode_reassign: admin.away_mode_reassign,
        team_ids: teams(&full),
        app: App {
            r#type: "app",
            id_code: &workspace.id,
            name: &workspace.name,
            created_at: workspace.created_at,
            secure: workspace.identity_verification,
            identity_verification: workspace.identity_verification,
            timezone: &workspace.timezone,
            region: &workspace.region,
        },
        avatar: Avatar { r#type: "avatar", image_url: admin.avatar.as_deref() },
        has_inbox_seat: admin.has_inbox_seat,
        role: Role::of(&full),
    })
}
