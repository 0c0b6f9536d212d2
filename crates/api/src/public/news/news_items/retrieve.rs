//! `GET /news/news_items/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::news;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One news item.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| news::find(cx, id)).await?;
    request.json(&View::new(&found, &request)?)
}
