//! Changing the state and the attributes of a ticket.

use deskwire_store::attachments;
use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use serde_json::Value;

use crate::Cx;
use crate::conversations::details::{Details, TicketAttribute, TicketAttributeValue, UpdatedAttribute};
use crate::conversations::{self, Author, Edit, Happened, NewPart};
use crate::error::Result;
use crate::events::{AttributeChange, StateChange, Topic};
use crate::ids::AttachmentId;
use crate::ticket_attributes::{self, AttributeValue};
use crate::ticket_states::{Category, TicketState};
use crate::ticket_types::{Full, TITLE, TicketTypeAttribute};

/// The author, as part of the names of part types.
fn by(author: Author, admin: PartType, user: PartType) -> PartType {
    if author.is_contact() { user } else { admin }
}

/// The part that describes a change of state. The API shows the category; the inbox shows the state as well.
pub(super) fn part(author: Author, from: Category, to: &TicketState) -> NewPart {
    let part_type = by(author, PartType::TicketStateUpdatedByAdmin, PartType::TicketStateUpdatedByUser);
    let details =
        Details::TicketState { ticket_state: to.category, previous_ticket_state: from, ticket_state_id: to.id };
    NewPart { details: Some(details), ..NewPart::of(part_type, author) }
}

/// Changes the state of a locked ticket. A resolved state closes the ticket and other states reopen it, unless the
/// request also sets whether it is open.
pub(super) fn set(
    cx: &mut Cx,
    edit: &mut Edit,
    author: Author,
    (to, states): (&TicketState, &[TicketState]),
    moves: bool,
) -> Result<()> {
    let before = edit.now.ticket_state_id;
    if before == Some(to.id) {
        return Ok(());
    }
    let from = states.iter().find(|state| Some(state.id) == before);
    let from = from.map_or(Category::Submitted, |state| state.category);
    edit.now.previous_ticket_state_id = before;
    edit.now.ticket_state_id = Some(to.id);
    let id = edit.part(cx, part(author, from, to))?;
    let change = StateChange { ticket_state_id: to.id, previous_ticket_state_id: before, part_id: Some(id) };
    edit.emit_with(Happened::ticket(Topic::TicketStateUpdated), change);
    let resolved = Category::Resolved;
    if to.category == resolved && from != resolved {
        edit.emit(Happened::ticket(Topic::TicketResolved), Some(id));
        if moves && edit.now.state != ConversationState::Closed {
            conversations::close(cx, edit, author, None)?;
        }
    } else if to.category != resolved && from == resolved && moves && edit.now.state == ConversationState::Closed {
        reopen(cx, edit, author)?;
    }
    Ok(())
}

/// Reopens a locked ticket.
pub(super) fn reopen(cx: &mut Cx, edit: &mut Edit, author: Author) -> Result<()> {
    let now = cx.now();
    edit.state(ConversationState::Open, now, None);
    edit.part(cx, NewPart::of(PartType::Open, author))?;
    Ok(())
}

/// Sets attributes of a locked ticket, with a part for each that changed.
pub(super) fn give(cx: &mut Cx, edit: &mut Edit, author: Author, of: &Full, given: Vec<AttributeValue>) -> Result<()> {
    let (stored, changed) = ticket_attributes::merge(cx, &edit.now.ticket_attributes, given)?;
    edit.now.ticket_attributes = stored;
    for new in &changed {
        let Some(attribute) = of.attributes.iter().find(|a| a.id == new.attribute) else { continue };
        if attribute.name == TITLE {
            edit.now.title = new.value.as_str().map(str::to_owned);
        }
        let details = Details::TicketAttribute { updated_attribute_data: updated(cx, attribute, &new.value)? };
        let kind = by(author, PartType::TicketAttributeUpdatedByAdmin, PartType::TicketAttributeUpdatedByUser);
        let id = edit.part(cx, NewPart { details: Some(details), ..NewPart::of(kind, author) })?;
        let change = AttributeChange { ticket_type_attribute_id: new.attribute, part_id: Some(id) };
        edit.emit_with(Happened::ticket(Topic::TicketAttributeUpdated), change);
    }
    Ok(())
}

/// The details in a part about a changed attribute.
fn updated(cx: &mut Cx, attribute: &TicketTypeAttribute, value: &Value) -> Result<UpdatedAttribute> {
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (id, label) = match value {
        Value::Array(ids) => {
            let wanted: Vec<AttachmentId> = ids.iter().filter_map(Value::as_i64).map(AttachmentId::new).collect();
            let files = attachments::by_id(cx, &wanted)?;
            let name = |id: &AttachmentId| files.get(id).map_or(Value::Null, |file| file.name.clone().into());
            (value.clone(), Value::Array(wanted.iter().map(name).collect()))
        }
        Value::Null => (Value::Null, "".into()),
        value => (text(value).into(), text(&ticket_attributes::label(attribute, value)).into()),
    };
    Ok(UpdatedAttribute {
        attribute: TicketAttribute { id: attribute.id, label: attribute.name.clone() },
        value: TicketAttributeValue { id, label },
    })
}

/// The title among a ticket's values.
pub(super) fn title(of: &Full, stored: &str) -> Option<String> {
    let id = of.attribute(TITLE)?.id.to_string();
    ticket_attributes::parse(stored).get(&id).and_then(Value::as_str).map(str::to_owned)
}
