//! `GET /calls/{id}/transcript`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::{calls, times};
use http::header::{CONTENT_DISPOSITION, HeaderValue};

use crate::reply::Reply;
use crate::request::Request;

/// The transcript of a call as a text file, named by the date of the call.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::CallNotFound)?;
    let (call, entries) = request.read(move |cx| calls::transcript(cx, id)).await?;
    let mut reply = Reply::text("text/plain; charset=utf-8", calls::transcript_text(&entries));
    let began = times::iso(call.initiated_at);
    let day = began.split('T').next().unwrap_or_default();
    let disposition = format!("attachment; filename=transcription_data-{day}.txt");
    let disposition = HeaderValue::try_from(disposition).map_err(Error::internal)?;
    reply.headers.insert(CONTENT_DISPOSITION, disposition);
    Ok(reply)
}
