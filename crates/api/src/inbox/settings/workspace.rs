//! `/app/v1/settings/workspace`: the settings of the workspace as a whole.

use deskwire_domain::Noun;
use deskwire_domain::error::Result;
use deskwire_domain::ip_allowlist;
use deskwire_domain::workspaces::{self, Declared};

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
            let list = ip_allowlist::of_workspace(&found);
            Ok(WorkspaceSettings {
                name: found.name,
                timezone: found.timezone,
                default_country: found.default_country,
                region: found.region,
                identity_verification: found.identity_verification,
                ip_allowlist: Some(list.entries).filter(|_| cx.actor().writes(Noun::Admins)),
                ip_allowlist_enabled: list.enabled,
            })
        })
        .await
}

/// Changes some settings.
async fn change(request: Request) -> Result<Reply> {
    let (declared, ip): (Declared, _) = (request.body()?, request.ip());
    request.write(move |cx| workspaces::change(cx, &declared, ip.as_deref()).map(|()| Nothing {})).await
}
