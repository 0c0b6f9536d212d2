//! `/custom_object_instances`

pub mod delete;
pub mod list;
pub mod retrieve;
pub mod upsert;
pub(crate) mod view;

use crate::auth::Scope::{ReadCustomObjects, ReadWriteCustomObjects};
use crate::routes::Routes;
use crate::versions::Version::V2_13;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /custom_object_instances/{type}",         &[ReadCustomObjects],      V2_13.., list::handle);
    routes.row("POST /custom_object_instances/{type}",        &[ReadWriteCustomObjects], V2_13.., upsert::handle);
    routes.row("DELETE /custom_object_instances/{type}",      &[ReadWriteCustomObjects], V2_13.., delete::by_external_id);
    routes.row("GET /custom_object_instances/{type}/{id}",    &[ReadCustomObjects],      V2_13.., retrieve::handle);
    routes.row("DELETE /custom_object_instances/{type}/{id}", &[ReadWriteCustomObjects], V2_13.., delete::handle);
}
