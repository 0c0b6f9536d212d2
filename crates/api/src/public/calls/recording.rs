//! `GET /calls/{id}/recording`

use deskwire_domain::calls;
use deskwire_domain::error::{Error, ErrorKind, Result};
use http::StatusCode;
use http::header::{HeaderValue, LOCATION};

use crate::reply::Reply;
use crate::request::Request;

/// A redirect to the signed URL of a call's recording.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::CallNotFound)?;
    let path = request.read(move |cx| calls::recording(cx, id)).await?;
    let mut reply = Reply::empty(StatusCode::FOUND);
    let location = HeaderValue::try_from(format!("{}{path}", request.origin)).map_err(Error::internal)?;
    reply.headers.insert(LOCATION, location);
    Ok(reply)
}
