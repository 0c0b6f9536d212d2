//! `POST /<noun>/{id}/tags` and `DELETE /<noun>/{id}/tags/{tag_id}`, of each noun of content.

use deskwire_domain::content::{self, TaggedContent};
use deskwire_domain::error::Result;
use deskwire_domain::ids::{AdminId, TagId};

use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Tags a content.
pub(crate) async fn create<I: TaggedContent + Send>(request: Request) -> Result<Reply> {
    let id: I = request.id("id", I::UNKNOWN)?;
    let tag = TagId::parse(&request.body.needed_id("id")?);
    let admin = request.body.id("admin_id")?.flatten().map(|id| AdminId::parse(&id));
    let tagging = request.write(move |cx| content::tag(cx, id, tag, admin)).await?;
    request.json(&AppliedTag::from(&tagging))
}

/// Removes a tag from a content.
pub(crate) async fn delete<I: TaggedContent + Send>(request: Request) -> Result<Reply> {
    let id: I = request.id("id", I::UNKNOWN)?;
    let tag = TagId::parse(request.param("tag_id"));
    let tag = request.write(move |cx| content::untag(cx, id, tag)).await?;
    request.json(&AppliedTag::unapplied(tag.id, &tag.name))
}
