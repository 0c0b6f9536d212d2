//! `/jobs`

pub mod status;

use crate::auth::Scope::ReadJobs;
use crate::routes::Routes;
use crate::versions::Version::V2_14;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /jobs/status/{id}", &[ReadJobs], V2_14.., status::handle);
}
