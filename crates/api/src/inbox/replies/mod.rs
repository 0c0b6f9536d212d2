//! `/app/v1/conversations/{id}/reply`: writing replies and notes, and withdrawing replies.

mod reply;
mod view;
mod withdraw;

use super::rows::{Needs, Rows};
pub(super) use view::{held, row};

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("POST /app/v1/conversations/{id}/reply", Needs::WRITE_CONVERSATIONS, reply::handle);
    rows.row("POST /app/v1/conversations/{id}/parts/{part_id}/withdraw", Needs::WRITE_CONVERSATIONS, withdraw::handle);
}
