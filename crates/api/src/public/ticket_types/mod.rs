//! `/ticket_types`

pub mod attributes;
pub mod create;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(super) mod view;

use crate::auth::Scope::{ReadTickets, WriteTickets};
use crate::routes::Routes;
use crate::versions::Version::V2_9;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /ticket_types",                                &[ReadTickets],  V2_9.., list::handle);
    routes.row("POST /ticket_types",                               &[WriteTickets], V2_9.., create::handle);
    routes.row("GET /ticket_types/{id}",                           &[ReadTickets],  V2_9.., retrieve::handle);
    routes.row("PUT /ticket_types/{id}",                           &[WriteTickets], V2_9.., update::handle);
    routes.row("POST /ticket_types/{id}/attributes",               &[WriteTickets], V2_9.., attributes::create::handle);
    routes.row("PUT /ticket_types/{id}/attributes/{attribute_id}", &[WriteTickets], V2_9.., attributes::update::handle);
}
