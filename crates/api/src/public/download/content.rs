//! `GET /download/content/data/{job_identifier}`

use deskwire_domain::error::Result;
use deskwire_domain::exports::ExportKind;

use super::octets;
use crate::reply::Reply;
use crate::request::Request;

/// The file of a completed export of message data.
pub async fn handle(request: Request) -> Result<Reply> {
    octets::send(&request, ExportKind::MessageData).await
}
