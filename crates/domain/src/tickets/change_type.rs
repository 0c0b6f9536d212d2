//! Changing the type of a ticket.

use deskwire_store::conversation_parts::PartType;
use serde_json::{Map, Value};

use super::{open, states};
use crate::Cx;
use crate::conversations::{self, Changed, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{ConversationId, TicketStateId, TicketTypeId};

use crate::ticket_attributes::{self, AttributeValue, Mode};
use crate::ticket_states;
use crate::ticket_types::{self, Full, TicketDataType, TicketTypeAttribute};

/// The input of a change of type.
#[derive(Debug, Clone)]
pub struct ChangeType {
    /// Its new type.
    pub ticket_type: String,
    /// The new state.
    pub ticket_state: String,
    /// Values of its new attributes. They take precedence over values that are carried over.
    pub attributes: Map<String, Value>,
}

/// Changes a ticket's type to another of the same category. Values of attributes with the same name and data type are
/// carried over.
pub fn change_type(cx: &mut Cx, id: ConversationId, change: &ChangeType) -> Result<Changed> {
    let mut edit = open(cx, id).map_err(|e| match e.kind {
        ErrorKind::TicketNotFound => ErrorKind::ResourceNotFound.into(),
        _ => e,
    })?;
    let old = ticket_types::find(cx, edit.now.ticket_type_id.unwrap_or_default())?;
    let new = TicketTypeId::parse(&change.ticket_type).ok_or(ErrorKind::ResourceNotFound)?;
    if new == old.row.id {
        return Err(Error::invalid("Cannot change to the same ticket type"));
    }
    let (new, states) = ticket_types::find_with_states(cx, new)?;
    new.live()?;
    if new.category() != old.category() {
        return Err(Error::invalid("The new ticket type must be in the same category").field("ticket_type_id"));
    }
    let state = TicketStateId::parse(&change.ticket_state);
    let state = state.map(|id| ticket_states::find(&states, id, new.row.id)).transpose();
    let state = state.ok().flatten().ok_or_else(|| {
        Error::invalid("Ticket custom state doesn't belong to the new ticket type").field("ticket_state_id")
    })?;
    let given = ticket_attributes::check(&new, &change.attributes, Mode::Change)?;
    let author = conversations::acting(cx)?;
    edit.now.ticket_attributes = carried(cx, (&old, &new), &edit.now.ticket_attributes)?;
    edit.now.title = states::title(&new, &edit.now.ticket_attributes);
    edit.now.ticket_type_id = Some(new.row.id);
    edit.now.ticket_category = Some(new.row.category);
    edit.part(cx, NewPart::of(PartType::TicketTypeUpdated, author))?;
    states::give(cx, &mut edit, author, &new, given)?;
    states::set(cx, &mut edit, author, (state, &states), true)?;
    edit.known.ticket_type = Some((new, states));
    edit.finish(cx)
}

/// The values to carry over, in the new type's stored form.
fn carried(cx: &mut Cx, (old, new): (&Full, &Full), stored: &str) -> Result<String> {
    let before = ticket_attributes::parse(stored);
    let twin = |a: &TicketTypeAttribute| new.attribute(&a.name).filter(|b| b.data_type == a.data_type);
    let mut given = Vec::new();
    for attribute in &old.attributes {
        let Some(value) = before.get(&attribute.id.to_string()) else { continue };
        let Some(twin) = twin(attribute) else { continue };
        // Items of lists are matched by their labels.
        let value = match (attribute.data_type, ticket_attributes::label(attribute, value)) {
            (TicketDataType::List, Value::String(label)) => {
                let items = ticket_types::items(twin);
                let Some(item) = items.into_iter().find(|item| item.label == label && !item.archived) else { continue };
                item.id.into()
            }
            (TicketDataType::List, _) => continue,
            (_, value) => value,
        };
        given.push(AttributeValue { attribute: twin.id, value });
    }
    Ok(ticket_attributes::merge(cx, "{}", given)?.0)
}
