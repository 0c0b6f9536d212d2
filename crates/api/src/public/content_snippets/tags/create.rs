//! `POST /content_snippets/{id}/tags`

use deskwire_domain::content;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::{AdminId, ContentSnippetId, TagId};

use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Tags a content snippet.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: ContentSnippetId = request.id("id", ErrorKind::TaggedSnippetNotFound)?;
    let tag = TagId::parse(&request.body.needed_id("id")?);
    let admin = request.body.id("admin_id")?.flatten().map(|id| AdminId::parse(&id));
    let tagging = request.write(move |cx| content::tag(cx, id, tag, admin)).await?;
    request.json(&AppliedTag::from(&tagging))
}
