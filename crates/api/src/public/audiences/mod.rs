//! `/audiences`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(crate) mod view;

use crate::auth::Scope::{ReadAudiences, ReadWriteAudiences};
use crate::routes::Routes;
use crate::versions::Version::V2_16;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /audiences",         &[ReadAudiences],      V2_16.., list::handle);
    routes.row("POST /audiences",        &[ReadWriteAudiences], V2_16.., create::handle);
    routes.row("GET /audiences/{id}",    &[ReadAudiences],      V2_16.., retrieve::handle);
    routes.row("PUT /audiences/{id}",    &[ReadWriteAudiences], V2_16.., update::handle);
    routes.row("DELETE /audiences/{id}", &[ReadWriteAudiences], V2_16.., delete::handle);
}
