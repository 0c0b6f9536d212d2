//! `DELETE /articles/{id}`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ArticleId;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: ArticleId = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| articles::delete(cx, id)).await?;
    request.json(&Deleted::new("article", id.to_string()))
}
