//! `POST /tickets/{id}/tags`

use deskwire_domain::error::Result;
use deskwire_domain::ids::TagId;
use deskwire_domain::tickets;

use crate::public::tickets::input::id;
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Tags a ticket.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let tag = TagId::parse(&request.body.needed_id("id")?);
    let admin = request.body.needed_id("admin_id")?;
    let tagging = request.write(move |cx| tickets::tag(cx, id, tag, &admin)).await?;
    request.json(&AppliedTag::by_admin_or_bot(&tagging))
}
