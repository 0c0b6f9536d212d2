//! `POST /contacts/{id}/archive`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view::State;
use crate::reply::Reply;
use crate::request::Request;

/// Archives a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    let contact = request.write(move |cx| contacts::archive(cx, id)).await?;
    request.json(&State::archived(&contact))
}
