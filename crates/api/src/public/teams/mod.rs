//! `/teams`

pub mod list;
pub mod metrics;
pub mod retrieve;
pub mod update;
mod view;

use crate::auth::Scope::{ReadAdmins, UpdateAdmins};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /teams",              &[ReadAdmins],   V2_7..,     list::handle);
    routes.row("GET /teams/{id}",         &[ReadAdmins],   V2_7..,     retrieve::handle);
    routes.row("PUT /teams/{id}",         &[UpdateAdmins], Unstable.., update::handle);
    routes.row("GET /teams/{id}/metrics", &[ReadAdmins],   V2_16..,    metrics::handle);
}
