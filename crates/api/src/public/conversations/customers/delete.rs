//! `DELETE /conversations/{id}/customers/{contact_id}`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;
use deskwire_domain::ids::ContactId;

use crate::public::conversations::answer::changed;
use crate::public::conversations::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// Removes a contact from a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let contact = ContactId::parse(request.param("contact_id"));
    let admin = request.body.needed_id("admin_id")?;
    changed(request, move |cx| conversations::detach(cx, id, contact, &admin)).await
}
