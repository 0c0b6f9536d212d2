//! A workspace that is followed.

use std::sync::Arc;

use deskwire_domain::error::Result;
use deskwire_domain::{Actor, Cx, Tenant, events};
use deskwire_store::fair::Key;
use tokio::sync::watch;

use crate::app::App;

/// A workspace that is followed.
#[derive(Debug)]
pub(super) struct Room {
    tenant: Arc<Tenant>,
    pub(super) share: Key,
    /// The last position of the history; -1 until it is known.
    pub(super) head: watch::Sender<i64>,
}

impl Room {
    pub(super) fn new(tenant: Arc<Tenant>) -> Self {
        let share = Key::workspace(&tenant.id);
        Self { tenant, share, head: watch::Sender::new(-1) }
    }

    /// Whether nobody follows it.
    pub(super) fn is_unused(&self) -> bool {
        self.head.receiver_count() == 0
    }

    /// Reads how far the history has come.
    pub(super) async fn read(&self, app: &App) -> Result<()> {
        let system = Actor::system(self.tenant.clone());
        let last = app.db.with_key(self.share).read(move |tx| events::position(&mut Cx::new(tx, &system))).await?;
        self.head.send_if_modified(|head| last > std::mem::replace(head, last.max(*head)));
        Ok(())
    }

    /// Wakes all who follow: the server stops, or the room has no task any more.
    pub(super) fn end(&self) {
        self.head.send_modify(|_| {});
    }
}
