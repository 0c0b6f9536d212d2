//! `GET /segments/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::segments;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One segment.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let segment = request.read(move |cx| segments::find(cx, id)).await?;
    request.json(&View::from(&segment))
}
