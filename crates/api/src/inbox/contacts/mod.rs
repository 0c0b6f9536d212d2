//! `/app/v1/contacts`

mod create;
mod export;
mod list;
mod notes;
mod query;
mod show;
mod tags;
mod update;
pub(super) mod view;

use deskwire_domain::Noun;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ContactId;

use super::request::Request;
use super::rows::{Needs, Rows};

pub(super) use notes::New as NewNote;
pub(super) use query::{Listed, csv};

pub(super) fn rows(rows: &mut Rows) {
    let (read, write) = (Needs::read(Noun::People), Needs::write(Noun::People));
    rows.row("GET /app/v1/contacts", read, list::handle);
    rows.row("POST /app/v1/contacts", write, create::handle);
    rows.row("POST /app/v1/contacts/export", read, export::handle);
    rows.row("GET /app/v1/contacts/{id}", read, show::handle);
    rows.row("PATCH /app/v1/contacts/{id}", write, update::handle);
    rows.row("POST /app/v1/contacts/{id}/notes", write, notes::handle);
    rows.row("POST /app/v1/contacts/{id}/tags", write, tags::add);
    rows.row("DELETE /app/v1/contacts/{id}/tags/{tag_id}", write, tags::remove);
}

/// The id of the contact in the path.
fn id(request: &Request) -> Result<ContactId> {
    request.id("id", ErrorKind::ContactNotFound)
}
