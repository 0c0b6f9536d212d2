//! `DELETE /tags/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::tags;
use http::StatusCode;

use crate::reply::Reply;
use crate::request::Request;

/// Deletes a tag; the response is empty.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| tags::delete(cx, id)).await?;
    Ok(Reply::empty(StatusCode::OK))
}
