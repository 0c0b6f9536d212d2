//! `/subscription_types`

pub mod list;
pub(crate) mod view;

use crate::auth::Scope::{GatherAppData, ReadUsers};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /subscription_types", &[ReadUsers, GatherAppData], V2_7.., list::handle);
}
