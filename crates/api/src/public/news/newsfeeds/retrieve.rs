//! `GET /news/newsfeeds/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::newsfeeds;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One newsfeed.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let found = request.read(move |cx| newsfeeds::find(cx, id)).await?;
    request.json(&View::from(&found))
}
