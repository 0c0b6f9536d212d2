//! `/app/v1/macros`: the text and the actions of macros for a conversation.

mod apply;
mod retrieve;

use deskwire_domain::Noun;

use super::rows::{Needs, Rows};

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("GET /app/v1/macros/{id}", Needs::read(Noun::Conversations), retrieve::handle);
    rows.row("POST /app/v1/conversations/{id}/macro", Needs::write(Noun::Conversations), apply::handle);
}
