//! `POST /ticket_types/{id}/attributes`

use deskwire_domain::error::Result;
use deskwire_domain::ids::TicketTypeId;
use deskwire_domain::ticket_types;

use crate::public::ticket_types::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Adds an attribute to a ticket type.
pub async fn handle(request: Request) -> Result<Reply> {
    let of = TicketTypeId::parse(request.param("id"));
    let mut new = input::attribute(&request.body)?;
    new.data_type = request.body.text("data_type")?.flatten();
    let made = request.write(move |cx| ticket_types::add_attribute(cx, of, &new)).await?;
    request.json(&view::Attribute::of(request.caller().workspace(), &made))
}
