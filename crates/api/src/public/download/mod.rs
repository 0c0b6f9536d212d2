//! `/download`

pub mod content;
mod octets;
pub mod reporting_data;

use crate::auth::Scope::{ExportContentData, ExportMessageData};
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_14};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /download/content/data/{job_identifier}",   &[ExportMessageData], V2_7..,  content::handle);
    routes.row("GET /download/reporting_data/{job_identifier}", &[ExportContentData], V2_14.., reporting_data::handle);
}
