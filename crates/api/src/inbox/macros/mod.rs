//! `/app/v1/macros`: the text and the actions of macros for a conversation.

mod apply;
mod retrieve;

use super::rows::{Needs, Rows};

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/macros/{id}", Needs::READ_CONVERSATIONS, retrieve::handle);
    rows.row("POST /app/v1/conversations/{id}/macro", Needs::WRITE_CONVERSATIONS, apply::handle);
}
