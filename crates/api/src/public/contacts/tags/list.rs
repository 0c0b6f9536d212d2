//! `GET /contacts/{id}/tags`

use deskwire_domain::error::Result;
use deskwire_domain::tags;

use crate::page::List;
use crate::public::contacts::input;
use crate::public::wire::AppliedTag;
use crate::reply::Reply;
use crate::request::Request;

/// The tags of a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let all = request.read(move |cx| tags::of_contact(cx, id)).await?;
    request.json(&List::whole(all.iter().map(AppliedTag::from).collect()))
}
