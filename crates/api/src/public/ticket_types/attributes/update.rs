//! `PUT /ticket_types/{id}/attributes/{attribute_id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::{TicketTypeAttributeId, TicketTypeId};
use deskwire_domain::ticket_types;

use crate::public::ticket_types::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Changes or archives an attribute of a ticket type. Its data type cannot change.
pub async fn handle(request: Request) -> Result<Reply> {
    let place = (TicketTypeId::parse(request.param("id")), TicketTypeAttributeId::parse(request.param("attribute_id")));
    let mut changes = input::attribute(&request.body)?;
    changes.archived = request.body.boolean("archived")?.flatten();
    let after = request.write(move |cx| ticket_types::change_attribute(cx, place, &changes)).await?;
    request.json(&view::Attribute::of(request.caller().workspace(), &after))
}
