//! A teammate who follows a workspace.

use std::sync::Arc;

use deskwire_domain::error::Result;
use deskwire_domain::ids::{AdminId, InboxSessionId};
use deskwire_domain::sign_in::inbox::{self, Permitted};
use deskwire_domain::{Actor, Cx, Permissions, Tenant};
use deskwire_store::fair::Key;

use super::queue::CloseReason;
use crate::app::App;

/// A teammate who follows a workspace, with the permissions of their session.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) admin: AdminId,
    pub(crate) sees: Permissions,
    pub(crate) manages_apps: bool,
    pub(crate) session: InboxSessionId,
}

impl Viewer {
    /// Why the viewer must not follow any more, if the session has ended or permits something else by now.
    pub(super) async fn outdated(&self, app: &App) -> Result<Option<CloseReason>> {
        let (session, system) = (self.session, Actor::system(self.tenant.clone()));
        let db = app.db.with_key(Key::workspace(&self.tenant.id));
        let active = db.read(move |tx| inbox::active_sessions(&mut Cx::new(tx, &system), &[session])).await?;
        Ok(outdated((self.sees, self.manages_apps), active.get(&session)))
    }
}

/// Why a client must be disconnected, given what its session permitted and what it permits now; `None` if nothing
/// changed.
pub(super) fn outdated(before: Permitted, now: Option<&Permitted>) -> Option<CloseReason> {
    match now {
        None => Some(CloseReason::Session),
        Some(now) if *now != before => Some(CloseReason::restart(1_000)),
        Some(_) => None,
    }
}
