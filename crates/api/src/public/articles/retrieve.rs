//! `GET /articles/{id}`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| articles::find(cx, id)).await?;
    request.json(&View::new(&found, &request).with_statistics(&found, request.version()))
}
