//! `/segments`

pub mod list;
pub mod retrieve;
pub(crate) mod view;

use crate::auth::Scope::{GatherAppData, ReadUsers};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /segments",      &[ReadUsers, GatherAppData], V2_7.., list::handle);
    routes.row("GET /segments/{id}", &[ReadUsers, GatherAppData], V2_7.., retrieve::handle);
}
