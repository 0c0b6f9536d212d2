//! `/notes`

pub mod retrieve;
pub(crate) mod view;

use crate::auth::Scope::ReadUsers;
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /notes/{id}", &[ReadUsers], V2_7.., retrieve::handle);
}
