//! `/companies`

pub mod bulk;
pub mod contacts;
pub mod delete;
pub(crate) mod input;
pub mod list;
pub mod notes;
pub mod retrieve;
pub mod scroll;
pub mod search;
pub mod segments;
pub mod update;
pub mod upsert;
pub(crate) mod view;

use crate::auth::Scope::{ReadSingleUserAndCompany, ReadUsers, ReadWriteUsers, WriteUsersCompanies};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_15, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /companies",               &[ReadUsers],                           V2_7..,     list::handle);
    routes.row("POST /companies",              &[WriteUsersCompanies],                 V2_7..,     upsert::handle);
    routes.row("POST /companies/list",         &[ReadUsers],                           V2_7..,     list::all);
    // In no version's description: clients follow the URL of the next page with GET.
    routes.row("GET /companies/list",          &[ReadUsers],                           V2_7..,     list::all);
    routes.row("GET /companies/scroll",        &[ReadUsers],                           V2_7..,     scroll::handle);
    routes.row("POST /companies/search",       &[ReadUsers],                           Unstable.., search::handle);
    routes.row("POST /companies/bulk",         &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::create);
    routes.row("PUT /companies/bulk",          &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::update);
    routes.row("POST /companies/bulk/delete",  &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::delete);
    routes.row("GET /companies/bulk/{id}",     &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::status);
    routes.row("GET /companies/{id}",          &[ReadUsers, ReadSingleUserAndCompany], V2_7..,     retrieve::handle);
    routes.row("PUT /companies/{id}",          &[WriteUsersCompanies],                 V2_7..,     update::handle);
    routes.row("DELETE /companies/{id}",       &[WriteUsersCompanies],                 V2_7..,     delete::handle);
    routes.row("GET /companies/{id}/contacts", &[ReadUsers],                           V2_7..,     contacts::handle);
    routes.row("GET /companies/{id}/segments", &[ReadUsers],                           V2_7..,     segments::handle);
    routes.row("GET /companies/{id}/notes",    &[ReadUsers],                           V2_15..,    notes::list::handle);
    routes.row("POST /companies/{id}/notes",   &[WriteUsersCompanies],                 V2_16..,    notes::create::handle);
}
