//! `/app/v1/companies`

mod export;
mod list;
mod notes;
mod show;
mod update;
pub(super) mod view;

use deskwire_domain::Noun;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::CompanyId;

use super::request::Request;
use super::rows::{Needs, Rows};

pub(super) fn rows(rows: &mut Rows) {
    let (read, write) = (Needs::read(Noun::People), Needs::write(Noun::People));
    rows.row("GET /app/v1/companies", read, list::handle);
    rows.row("POST /app/v1/companies/export", read, export::handle);
    rows.row("GET /app/v1/companies/{id}", read, show::handle);
    rows.row("PATCH /app/v1/companies/{id}", write, update::handle);
    rows.row("POST /app/v1/companies/{id}/notes", write, notes::handle);
}

/// The id of the company in the path.
fn id(request: &Request) -> Result<CompanyId> {
    request.id("id", ErrorKind::CompanyNotFound)
}
