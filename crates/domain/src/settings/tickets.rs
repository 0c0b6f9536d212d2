//! Ticket types and states in the settings.

use super::attributes::word;
use super::{Done, log};
use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::{TicketStateId, TicketTypeAttributeId, TicketTypeId};
use crate::ticket_states::{self, TicketState};
use crate::ticket_types::{self, Full, TicketTypeAttribute};

pub use crate::ticket_states::Changes as StateChanges;
pub use crate::ticket_types::{AttributeChanges, Changes as TypeChanges};

const TYPE: &str = "the ticket type";
const STATE: &str = "the ticket state";
const TYPE_UPDATE: &str = "ticket_type_update";

/// All types and all states, archived ones too.
pub fn list(cx: &mut Cx) -> Result<(Vec<Full>, Vec<TicketState>)> {
    Ok((ticket_types::list(cx)?, ticket_states::list(cx)?))
}

/// Creates a type.
pub fn create_type(cx: &mut Cx, new: &TypeChanges, ip: Option<&str>) -> Result<Full> {
    let created = ticket_types::create(cx, new)?;
    let done = Done { activity_type: "ticket_type_creation", word: "created", what: TYPE, name: &created.row.name };
    log(cx, done, &created.row.id, ip)?;
    Ok(created)
}

/// Changes or archives a type.
pub fn change_type(cx: &mut Cx, id: TicketTypeId, changes: &TypeChanges, ip: Option<&str>) -> Result<Full> {
    let before = ticket_types::find(cx, id)?;
    let after = ticket_types::update(cx, Some(id), changes)?;
    if after != before {
        let word = word(before.row.archived, after.row.archived);
        log(cx, Done { activity_type: TYPE_UPDATE, word, what: TYPE, name: &after.row.name }, &id, ip)?;
    }
    Ok(after)
}

/// Adds an attribute to a type.
pub fn add_attribute(cx: &mut Cx, of: TicketTypeId, new: &AttributeChanges, ip: Option<&str>) -> Result<Full> {
    let created = ticket_types::add_attribute(cx, Some(of), new)?;
    attribute_changed(cx, of, &created, "added", ip)
}

/// Changes or archives an attribute of a type.
pub fn change_attribute(
    cx: &mut Cx,
    (of, id): (TicketTypeId, TicketTypeAttributeId),
    changes: &AttributeChanges,
    ip: Option<&str>,
) -> Result<Full> {
    let before = ticket_types::find(cx, of)?;
    let before = before.attributes.iter().find(|attribute| attribute.id == id).ok_or(ErrorKind::ResourceNotFound)?;
    let after = ticket_types::change_attribute(cx, (Some(of), Some(id)), changes)?;
    if after == *before {
        return ticket_types::find(cx, of);
    }
    attribute_changed(cx, of, &after, word(before.archived, after.archived), ip)
}

/// Logs a change of an attribute and returns the changed type.
fn attribute_changed(
    cx: &mut Cx,
    of: TicketTypeId,
    attribute: &TicketTypeAttribute,
    word: &'static str,
    ip: Option<&str>,
) -> Result<Full> {
    let after = ticket_types::find(cx, of)?;
    let name = format!("{} of {}", attribute.name, after.row.name);
    log(cx, Done { activity_type: TYPE_UPDATE, word, what: "the ticket attribute", name: &name }, &attribute.id, ip)?;
    Ok(after)
}

/// Creates a state.
pub fn create_state(cx: &mut Cx, new: &StateChanges, ip: Option<&str>) -> Result<TicketState> {
    let created = ticket_states::create(cx, new)?;
    let name = &created.internal_label;
    log(cx, Done { activity_type: "ticket_state_creation", word: "created", what: STATE, name }, &created.id, ip)?;
    Ok(created)
}

/// Changes or archives a state.
pub fn change_state(cx: &mut Cx, id: TicketStateId, changes: &StateChanges, ip: Option<&str>) -> Result<TicketState> {
    let (before, after) = ticket_states::update(cx, id, changes)?;
    if after != before {
        let word = word(before.archived, after.archived);
        let done = Done { activity_type: "ticket_state_update", word, what: STATE, name: &after.internal_label };
        log(cx, done, &id, ip)?;
    }
    Ok(after)
}
