//! `POST /tickets`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::answer::changed;
use super::input;
use crate::reply::Reply;
use crate::request::Request;

/// Creates a ticket.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = input::new(&request.body, request.version())?;
    changed(request, move |cx| tickets::create(cx, &new)).await
}
