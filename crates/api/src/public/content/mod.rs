//! `/content`, and what all nouns of content share.

pub(crate) mod bulk_actions;
pub(crate) mod input;
pub mod search;
pub(crate) mod tags;

use crate::auth::Scope::{ReadContent, WriteContent};
use crate::routes::Routes;
use crate::versions::Version::V2_16;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /content/search",        &[ReadContent],  V2_16.., search::handle);
    routes.row("POST /content/bulk_actions", &[WriteContent], V2_16.., bulk_actions::handle);
}
