//! `/brands`

pub mod list;
pub mod retrieve;
mod view;

use crate::auth::Scope::GatherAppData;
use crate::routes::Routes;
use crate::versions::Version::V2_15;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /brands",      &[GatherAppData], V2_15.., list::handle);
    routes.row("GET /brands/{id}", &[GatherAppData], V2_15.., retrieve::handle);
}
