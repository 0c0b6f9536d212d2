//! `POST /conversations/{id}/tags`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;
use deskwire_domain::ids::TagId;

use super::id;
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Tags a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let tag = TagId::parse(&request.body.needed_id("id")?);
    let admin = request.body.needed_id("admin_id")?;
    let tagging = request.write(move |cx| conversations::tag(cx, id, tag, &admin)).await?;
    request.json(&AppliedTag::from(&tagging))
}
