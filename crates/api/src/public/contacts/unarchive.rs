//! `POST /contacts/{id}/unarchive`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view::State;
use crate::reply::Reply;
use crate::request::Request;

/// Unarchives a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    let contact = request.write(move |cx| contacts::unarchive(cx, id)).await?;
    request.json(&State::archived(&contact))
}
