//! `GET /ticket_types/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ticket_types;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One ticket type.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| ticket_types::find(cx, id)).await?;
    request.json(&View::of(request.caller().workspace(), &found))
}
