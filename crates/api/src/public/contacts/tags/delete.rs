//! `DELETE /contacts/{id}/tags/{tag_id}`

use deskwire_domain::error::Result;
use deskwire_domain::{ids, tags};

use crate::public::contacts::{input, merged};
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// Takes a tag off a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let tag = ids::parse_decimal(request.param("tag_id"));
    let tagging = request.write(move |cx| tags::untag_contact(cx, id, tag)).await;
    let tagging = tagging.map_err(|e| merged::gone_or_missing(&request, e))?;
    request.json(&AppliedTag::from(&tagging))
}
