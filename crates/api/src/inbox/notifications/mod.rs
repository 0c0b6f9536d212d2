//! `/app/v1/notifications`: a teammate's notifications.

mod list;
mod read;

use super::rows::{Needs, Rows};

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/notifications", Needs::Session, list::handle);
    rows.row("POST /app/v1/notifications/read", Needs::Session, read::handle);
}
