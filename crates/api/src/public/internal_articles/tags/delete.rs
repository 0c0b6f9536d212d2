//! `DELETE /internal_articles/{id}/tags/{tag_id}`

use deskwire_domain::content;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{InternalArticleId, TagId};

use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Removes a tag from an internal article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: InternalArticleId = request.id("id", ErrorKind::InternalArticleNotFound)?;
    let tag = TagId::parse(request.param("tag_id"));
    let tag = request.write(move |cx| content::untag(cx, id, tag)).await?;
    request.json(&AppliedTag::unapplied(tag.id, &tag.name))
}
