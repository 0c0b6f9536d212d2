//! `POST /export/cancel/{job_identifier}`

use deskwire_domain::error::Result;
use deskwire_domain::exports;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Cancels an export of message data, unless it has ended.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("job_identifier").to_owned();
    let export = request.write(move |cx| exports::cancel(cx, &id)).await?;
    request.json(&View::new(&export, &request))
}
