//! `GET /internal_articles/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::internal_articles;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One internal article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| internal_articles::find(cx, id)).await?;
    request.json(&View::new(&found, request.version())?)
}
