//! `/ticket_states`

pub mod list;
pub(super) mod view;

use crate::auth::Scope::ReadTickets;
use crate::routes::Routes;
use crate::versions::Version::V2_12;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /ticket_states", &[ReadTickets], V2_12.., list::handle);
}
