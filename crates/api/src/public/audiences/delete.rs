//! `DELETE /audiences/{id}`

use deskwire_domain::audiences;
use deskwire_domain::error::{ErrorKind, Result};
use http::StatusCode;

use crate::reply::Reply;
use crate::request::Request;

/// Deletes an audience.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| audiences::delete(cx, id)).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
