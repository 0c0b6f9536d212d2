//! `PUT /ticket_types/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::TicketTypeId;
use deskwire_domain::ticket_types;

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Changes or archives a ticket type.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = TicketTypeId::parse(request.param("id"));
    let mut changes = input::changes(&request.body)?;
    changes.archived = request.body.boolean("archived")?.flatten();
    let after = request.write(move |cx| ticket_types::update(cx, id, &changes)).await?;
    request.json(&View::of(request.caller().workspace(), &after))
}
