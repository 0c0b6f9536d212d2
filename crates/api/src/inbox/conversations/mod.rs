//! `/app/v1/conversations`: lists, threads, and the actions of teammates.

mod act;
mod act_on_many;
mod counts;
mod create;
mod delete;
mod list;
mod merge;
mod parts;
mod show;
pub(crate) mod view;

pub(crate) use act::changed;
pub(crate) use create::read as read_new;

use deskwire_domain::Noun;

use super::rows::{Needs, Rows};

pub(super) fn rows(rows: &mut Rows) {
    let (read, write) = (Needs::READ_CONVERSATIONS, Needs::WRITE_CONVERSATIONS);
    rows.row("GET /app/v1/conversations", read, list::handle);
    // New conversations are not tickets.
    rows.row("POST /app/v1/conversations", Needs::write(Noun::Conversations), create::handle);
    rows.row("GET /app/v1/conversations/counts", read, counts::handle);
    // Marks of what was read need no more than reading. The other actions check what they change.
    rows.row("POST /app/v1/conversations/actions", read, act_on_many::handle);
    rows.row("POST /app/v1/conversations/delete", write, delete::handle);
    rows.row("GET /app/v1/conversations/{id}", read, show::handle);
    rows.row("GET /app/v1/conversations/{id}/parts", read, parts::handle);
    rows.row("POST /app/v1/conversations/{id}/actions", read, act::handle);
    rows.row("POST /app/v1/conversations/{id}/merge", write, merge::merge);
    rows.row("POST /app/v1/conversations/{id}/unmerge", write, merge::unmerge);
}
