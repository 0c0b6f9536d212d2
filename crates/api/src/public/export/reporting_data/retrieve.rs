//! `GET /export/reporting_data/{job_identifier}`

use deskwire_domain::error::Result;
use deskwire_domain::exports::{self, ExportKind};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// The status of an export of reporting data.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("job_identifier").to_owned();
    let export = request.read(move |cx| exports::find(cx, ExportKind::ReportingData, &id)).await?;
    request.json(&View::new(&export, &request))
}
