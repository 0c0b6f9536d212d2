//! `/app/v1/settings/teammates`: the teammates, and managing them.

use deskwire_domain::admins::{self, Away, Managed, Management};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AdminId, AwayStatusReasonId};
use deskwire_domain::{Noun, away_reasons};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{AwayReason, Dismissed, ManagedTeammate, ManagedTeammates, Nothing};
use crate::reply::Reply;

/// The maximum number of conversations that one call unassigns from a teammate who is being removed.
const SLICE: usize = 100;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/teammates", Needs::read(Noun::Admins), list);
    rows.row("PATCH /app/v1/settings/teammates/{id}", write, manage);
    rows.row("PUT /app/v1/settings/teammates/{id}/away", write, set_away);
    rows.row("DELETE /app/v1/settings/teammates/{id}", write, dismiss);
    rows.row("DELETE /app/v1/settings/teammates/{id}/totp", write, reset_second_factor);
    rows.row("PUT /app/v1/me/away", Needs::Session, set_own_away);
}

/// All teammates, and the reasons for being away.
async fn list(request: Request) -> Result<Reply> {
    request
        .search(|cx| {
            let items = admins::managed(cx)?.into_iter().map(view).collect();
            let reasons = away_reasons::list(cx)?.into_iter().filter(|reason| !reason.deleted);
            let reason = |reason: away_reasons::AwayStatusReason| AwayReason {
                id: reason.id,
                label: format!("{} {}", reason.emoji, reason.label).trim().to_owned(),
            };
            Ok(ManagedTeammates { items, away_reasons: reasons.map(reason).collect() })
        })
        .await
}

fn view(managed: Managed) -> ManagedTeammate {
    let Managed { admin, second_factor, seen_at } = managed;
    ManagedTeammate {
        id: admin.id,
        name: admin.name,
        email: admin.email,
        avatar: admin.avatar,
        role: admin.role_name,
        has_inbox_seat: admin.has_inbox_seat,
        away: admin.away_mode_enabled,
        reassigns: admin.away_mode_reassign,
        away_reason_id: admin.away_status_reason_id,
        second_factor,
        seen_at,
        created_at: admin.created_at,
    }
}

#[derive(Deserialize)]
struct Changes {
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    has_inbox_seat: Option<bool>,
}

/// Changes the role or the seat of a teammate.
async fn manage(request: Request) -> Result<Reply> {
    let id: AdminId = request.id("id", ErrorKind::AdminNotFound)?;
    let Changes { role, has_inbox_seat } = request.body()?;
    let (gives_role, wanted, ip) = (role.is_some(), Management { role, has_inbox_seat }, request.ip());
    let reply = request.write(move |cx| admins::manage(cx, id, &wanted, ip.as_deref()).map(|()| Nothing {}));
    let reply = reply.await?;
    if gives_role {
        request.app.live.change_role(request.actor().workspace(), id);
    }
    Ok(reply)
}

#[derive(Deserialize)]
struct AwayBody {
    away: bool,
    #[serde(default)]
    reassigns: bool,
    #[serde(default)]
    reason_id: Option<String>,
}

impl AwayBody {
    fn read(self) -> Result<Away> {
        let unknown = || Error::invalid("Away status reason not found").field("reason_id");
        let id = |text: String| AwayStatusReasonId::parse(&text).ok_or_else(unknown);
        Ok(Away { enabled: self.away, reassign: self.reassigns, reason: self.reason_id.map(id).transpose()? })
    }
}

/// Sets whether a teammate is away, whom the caller may change.
async fn set_away(request: Request) -> Result<Reply> {
    let id: AdminId = request.id("id", ErrorKind::AdminNotFound)?;
    write_away(&request, id).await
}

/// Sets whether the caller is away.
async fn set_own_away(request: Request) -> Result<Reply> {
    write_away(&request, request.teammate.session.admin_id).await
}

async fn write_away(request: &Request, id: AdminId) -> Result<Reply> {
    let (away, ip) = (request.body::<AwayBody>()?.read()?, request.ip());
    request.write(move |cx| admins::set_away(cx, id, &away, ip.as_deref()).map(|()| Nothing {})).await
}

/// Unassigns some of the conversations of a teammate, and removes the teammate once none are left.
async fn dismiss(request: Request) -> Result<Reply> {
    let id: AdminId = request.id("id", ErrorKind::AdminNotFound)?;
    request
        .write(move |cx| {
            let dismissal = admins::dismiss(cx, id, SLICE)?;
            Ok(Dismissed { unassigned: dismissal.unassigned, done: dismissal.done })
        })
        .await
}

/// Removes a teammate's second factor, when they have lost it.
async fn reset_second_factor(request: Request) -> Result<Reply> {
    let id: AdminId = request.id("id", ErrorKind::AdminNotFound)?;
    request.write(move |cx| admins::reset_second_factor(cx, id).map(|_| Nothing {})).await
}
