//! `GET /audiences/{id}`

use deskwire_domain::audiences;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One audience.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| audiences::find(cx, id)).await?;
    request.json(&View::new(&found)?)
}
