//! `DELETE /news/news_items/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::NewsItemId;
use deskwire_domain::news;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a news item.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: NewsItemId = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| news::delete(cx, id)).await?;
    request.json(&Deleted::new("news-item", id.to_string()))
}
