//! `/events`

pub mod create;
pub mod list;
pub mod summaries;
pub(crate) mod view;

use crate::auth::Scope::{ReadEvents, WriteEvents};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /events",            &[ReadEvents],  V2_7.., list::handle);
    routes.row("POST /events",           &[WriteEvents], V2_7.., create::handle);
    routes.row("POST /events/summaries", &[WriteEvents], V2_7.., summaries::handle);
}
