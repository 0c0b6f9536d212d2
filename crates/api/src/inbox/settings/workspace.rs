//! `/app/v1/settings/workspace`: the settings of the workspace as a whole.

use deskwire_domain::Noun;
use deskwire_domain::error::Result;
use deskwire_domain::workspaces::{self, Declared};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{Nothing, WorkspaceSettings};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/settings/workspace", Needs::read(Noun::Admins), show);
    rows.row("PATCH /app/v1/settings/workspace", Needs::write(Noun::Admins), change);
}

/// The settings.
async fn show(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let found = workspaces::known(cx)?;
            Ok(WorkspaceSettings {
                name: found.name,
                timezone: found.timezone,
                default_country: found.default_country,
                region: found.region,
                identity_verification: found.identity_verification,
            })
        })
        .await
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    timezone: Option<String>,
    #[serde(default)]
    default_country: Option<String>,
}

/// Changes some settings.
async fn change(request: Request) -> Result<Reply> {
    let Body { name, timezone, default_country } = request.body()?;
    let declared = Declared { name, timezone, default_country, ..Declared::default() };
    request.write(move |cx| workspaces::change(cx, &declared).map(|()| Nothing {})).await
}
