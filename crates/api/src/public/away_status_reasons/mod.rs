//! `/away_status_reasons`

pub mod list;

use crate::auth::Scope::ReadAdmins;
use crate::routes::Routes;
use crate::versions::Version::V2_14;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /away_status_reasons", &[ReadAdmins], V2_14.., list::handle);
}
