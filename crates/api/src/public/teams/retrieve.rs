//! `GET /teams/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::teams;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One team.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::TeamNotFound)?;
    let full = request.read(move |cx| teams::find(cx, id)).await?;
    request.json(&View::new(&full, request.version()))
}
