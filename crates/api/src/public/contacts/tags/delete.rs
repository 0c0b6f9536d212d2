//! `DELETE /contacts/{id}/tags/{tag_id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::TagId;
use deskwire_domain::tags;

use crate::public::contacts::input;
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Removes a tag from a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let tag = TagId::parse(request.param("tag_id"));
    let tagging = request.write(move |cx| tags::untag_contact(cx, id, tag)).await?;
    request.json(&AppliedTag::from(&tagging))
}
