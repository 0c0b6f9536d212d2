//! `GET /help_center/collections/{id}`

use deskwire_domain::collections;
use deskwire_domain::error::{ErrorKind, Result};

use super::levels;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One collection.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let levels = levels(&request);
    let found = request.read(move |cx| collections::find(cx, levels, id)).await?;
    request.json(&View::new(&found, &request))
}
