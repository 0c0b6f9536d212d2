//! `/counts`

pub mod retrieve;

use crate::auth::Scope::ReadCounts;
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    // In no version's description, and answered all the same.
    routes.row("GET /counts", &[ReadCounts], V2_7.., retrieve::handle);
}
