//! What teammates see and do in the inbox, beyond what the API has.

pub mod actions;
pub mod answers;
pub mod drafts;
pub mod held;
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

/// The teammate who acts. Only teammates have an inbox.
fn teammate(cx: &Cx) -> Result<AdminId> {
    cx.actor().admin_id().ok_or_else(|| ErrorKind::Forbidden.into())
}

/// The teammate who acts, as one who is notified.
pub fn recipient(cx: &Cx) -> Result<Recipient> {
    teammate(cx).map(Recipient::Admin)
}
