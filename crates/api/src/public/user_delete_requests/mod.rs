//! `/user_delete_requests`, which no description has and clients call (docs/adr/0006-where-clients-know-more.md)

pub mod create;

use crate::auth::Scope::WriteUsersCompanies;
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /user_delete_requests", &[WriteUsersCompanies], V2_7.., create::handle);
}
