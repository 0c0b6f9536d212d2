//! `/visitors`

pub mod convert;
pub mod retrieve;
pub mod update;
mod view;

use crate::auth::Scope::{ReadUsers, WriteUsersCompanies};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /visitors",          &[ReadUsers],           V2_7.., retrieve::handle);
    routes.row("PUT /visitors",          &[WriteUsersCompanies], V2_7.., update::handle);
    routes.row("POST /visitors/convert", &[WriteUsersCompanies], V2_7.., convert::handle);
}
