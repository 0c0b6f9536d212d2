//! The verbs of the inbox that the public API does not have.

pub mod actions;
pub mod closing;
pub mod drafts;
pub mod exports;
pub mod held;
pub mod held_conversations;
pub mod idempotency;
mod images;
pub mod lists;
pub mod macros;
pub mod preferences;
pub mod reads;
pub mod replies;
pub mod rows;
pub mod search;
pub mod start;
pub mod thread;
pub mod uploads;
pub mod views;

use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::AdminId;
use crate::notifications::Recipient;

/// The acting teammate. Fails for other actors.
fn teammate(cx: &Cx) -> Result<AdminId> {
    cx.actor().admin_id().ok_or_else(|| ErrorKind::Forbidden.into())
}

/// The acting teammate as a recipient of notifications.
pub fn recipient(cx: &Cx) -> Result<Recipient> {
    teammate(cx).map(Recipient::Admin)
}
