//! `DELETE /articles/{id}/tags/{tag_id}`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::TagId;

use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Takes a tag off an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ArticleNotFound)?;
    let tag = TagId::parse(request.param("tag_id"));
    let tag = request.write(move |cx| articles::untag(cx, id, tag)).await?;
    request.json(&AppliedTag::unapplied(tag.id, &tag.name))
}
