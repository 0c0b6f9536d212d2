//! `GET /contacts/{id}/notes`

use deskwire_domain::error::Result;
use deskwire_domain::notes::Subject;

use crate::public::contacts::input;
use crate::public::notes::view;
use crate::reply::Reply;
use crate::request::Request;

/// The notes on a contact, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    view::page(&request, Subject::Contact(id)).await
}
