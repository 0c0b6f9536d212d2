//! `PUT /tickets/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::answer::changed;
use super::input::{self, id};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a ticket.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let changes = input::changes(&request.body, request.version())?;
    changed(request, move |cx| tickets::update(cx, id, &changes)).await
}
