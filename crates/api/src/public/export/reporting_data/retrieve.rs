//! `GET /export/reporting_data/{job_identifier}`

use deskwire_domain::error::Result;
use deskwire_domain::exports::ExportKind;

use crate::public::export;
use crate::reply::Reply;
use crate::request::Request;

/// The status of an export of reporting data.
pub async fn handle(request: Request) -> Result<Reply> {
    export::status(&request, ExportKind::ReportingData).await
}
