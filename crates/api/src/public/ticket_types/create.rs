//! `POST /ticket_types`

use deskwire_domain::error::Result;
use deskwire_domain::ticket_types;

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates a ticket type, with a title and a description among its attributes.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = input::changes(&request.body)?;
    let made = request.write(move |cx| ticket_types::create(cx, &new)).await?;
    request.json(&View::of(request.caller().workspace(), &made))
}
