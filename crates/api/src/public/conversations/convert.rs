//! `POST /conversations/{id}/convert`

use deskwire_domain::error::Result;
use deskwire_domain::tickets::{self, Convert};

use super::input::id;
use crate::public::tickets::answer::changed;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Converts a conversation to a ticket.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let state = request.version().has(Feature::ConversionState).then(|| request.body.id("ticket_state_id"));
    let into = Convert {
        ticket_type: request.body.needed_id("ticket_type_id")?,
        ticket_state: state.transpose()?.flatten().flatten(),
        attributes: request.body.object("attributes")?.flatten().cloned().unwrap_or_default(),
    };
    changed(request, move |cx| tickets::convert(cx, id, &into)).await
}
