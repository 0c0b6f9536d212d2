//! `DELETE /internal_articles/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::InternalArticleId;
use deskwire_domain::internal_articles;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes an internal article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: InternalArticleId = request.id("id", ErrorKind::ResourceNotFound)?;
    request.write(move |cx| internal_articles::delete(cx, id)).await?;
    request.json(&Deleted::new("internal_article", id.to_string()))
}
