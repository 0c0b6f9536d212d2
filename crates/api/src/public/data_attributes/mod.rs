//! `/data_attributes`

pub mod create;
mod input;
pub mod list;
pub mod update;
mod view;

use crate::auth::Scope::{GatherAppData, ReadUsers, WriteDataAttributes};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /data_attributes",      &[ReadUsers, GatherAppData], V2_7.., list::handle);
    routes.row("POST /data_attributes",     &[WriteDataAttributes],      V2_7.., create::handle);
    routes.row("PUT /data_attributes/{id}", &[WriteDataAttributes],      V2_7.., update::handle);
}
