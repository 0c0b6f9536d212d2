//! `DELETE /tickets/{id}/tags/{tag_id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::TagId;
use deskwire_domain::tickets;

use crate::public::tickets::input::id;
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Removes a tag from a ticket.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let tag = TagId::parse(request.param("tag_id"));
    // Clients that send no body with a DELETE cannot name an admin.
    let admin = request.body.id("admin_id")?.flatten();
    let tagging = request.write(move |cx| tickets::untag(cx, id, tag, admin.as_deref())).await?;
    request.json(&AppliedTag::by_admin_or_bot(&tagging))
}
