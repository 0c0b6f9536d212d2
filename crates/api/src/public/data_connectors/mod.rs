//! `/data_connectors`

pub mod create;
pub mod delete;
pub mod execution_results;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
mod view;

use crate::auth::Scope::{ReadDataConnectors, ReadWriteDataConnectors};
use crate::routes::Routes;
use crate::versions::Version::V2_16;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /data_connectors",                                     &[ReadDataConnectors],      V2_16.., list::handle);
    routes.row("POST /data_connectors",                                    &[ReadWriteDataConnectors], V2_16.., create::handle);
    routes.row("GET /data_connectors/{id}",                                &[ReadDataConnectors],      V2_16.., retrieve::handle);
    routes.row("PATCH /data_connectors/{id}",                              &[ReadWriteDataConnectors], V2_16.., update::handle);
    routes.row("DELETE /data_connectors/{id}",                             &[ReadWriteDataConnectors], V2_16.., delete::handle);
    routes.row("GET /data_connectors/{id}/execution_results",              &[ReadDataConnectors],      V2_16.., execution_results::list);
    routes.row("GET /data_connectors/{id}/execution_results/{result_id}",  &[ReadDataConnectors],      V2_16.., execution_results::retrieve);
}
