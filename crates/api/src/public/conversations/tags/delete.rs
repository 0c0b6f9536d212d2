//! `DELETE /conversations/{id}/tags/{tag_id}`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;
use deskwire_domain::ids::TagId;

use super::id;
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Removes a tag from a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let tag = TagId::parse(request.param("tag_id"));
    let admin = request.body.needed_id("admin_id")?;
    let tagging = request.write(move |cx| conversations::untag(cx, id, tag, &admin)).await?;
    request.json(&AppliedTag::from(&tagging))
}
