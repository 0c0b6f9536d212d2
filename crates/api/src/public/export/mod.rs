//! `/export`

pub mod cancel;
pub mod content;
pub mod reporting_data;
mod view;
pub mod workflows;

use deskwire_domain::error::Result;
use deskwire_domain::exports::{self, ExportKind};

use self::view::View;
use crate::auth::Scope::{ExportContentData, ExportMessageData};
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_14, V2_15};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("POST /export/content/data",                   &[ExportMessageData], V2_7..,  content::create::handle);
    routes.row("GET /export/content/data/{job_identifier}",   &[ExportMessageData], V2_7..,  content::retrieve::handle);
    routes.row("POST /export/cancel/{job_identifier}",        &[ExportMessageData], V2_7..,  cancel::handle).without_body();
    routes.row("POST /export/reporting_data/enqueue",         &[ExportContentData], V2_14.., reporting_data::enqueue::handle);
    routes.row("GET /export/reporting_data/get_datasets",     &[ExportContentData], V2_14.., reporting_data::get_datasets::handle);
    routes.row("GET /export/reporting_data/{job_identifier}", &[ExportContentData], V2_14.., reporting_data::retrieve::handle);
    routes.row("GET /export/workflows/{id}",                  &[ExportContentData], V2_15.., workflows::retrieve::handle);
}

/// The status of an export.
async fn status(request: &Request, kind: ExportKind) -> Result<Reply> {
    let id = request.param("job_identifier").to_owned();
    let export = request.read(move |cx| exports::find(cx, kind, &id)).await?;
    request.json(&View::new(&export, request))
}
