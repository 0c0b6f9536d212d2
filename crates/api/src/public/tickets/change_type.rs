//! `POST /tickets/{id}/change_type`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::tickets::{self, ChangeType};

use super::answer::changed;
use crate::reply::Reply;
use crate::request::Request;

/// Changes a ticket to another type of its category.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let needed = |key: &'static str| {
        let missing = || Error::missing(format!("{key} is a required parameter"));
        request.body.id(key)?.flatten().filter(|id| !id.is_empty()).ok_or_else(missing)
    };
    let change = ChangeType {
        ticket_type: needed("ticket_type_id")?,
        ticket_state: needed("ticket_state_id")?,
        attributes: request.body.object("ticket_attributes")?.flatten().cloned().unwrap_or_default(),
    };
    changed(request, move |cx| tickets::change_type(cx, id, &change)).await
}
