//! Converting a conversation to a ticket. It keeps its id and its messages.

use deskwire_store::counters::{self, Counter};
use deskwire_store::{Hold, conversations as store};
use serde_json::{Map, Value};

use super::{states, unmerged};
use crate::Cx;
use crate::actor::{Access, Noun};
use crate::conversations::{self, Author, Changed, Edit, Happened};
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::ids::{ConversationId, TicketStateId, TicketTypeId};

use crate::ticket_attributes::{self, Mode};
use crate::ticket_states::{self, Category};
use crate::ticket_types::{self, Category as For};

/// The input of a conversion.
#[derive(Debug, Clone)]
pub struct Convert {
    /// The type, which must be one for customers.
    pub ticket_type: String,
    /// The initial state, if not the default.
    pub ticket_state: Option<String>,
    /// The values of its attributes.
    pub attributes: Map<String, Value>,
}

/// Converts a conversation to a ticket.
pub fn convert(cx: &mut Cx, id: ConversationId, into: &Convert) -> Result<Changed> {
    let actor = cx.actor();
    // Checked before the id, so that the error does not reveal whether the conversation exists.
    if !actor.writes(Noun::Tickets) {
        return Err(ErrorKind::TokenUnauthorized.into());
    }
    let row = store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::ResourceNotFound)?;
    conversations::allowed(actor, &row, Access::Write)?;
    unmerged(&row)?;
    if row.is_ticket {
        return Err(Error::invalid("Conversation is already a ticket"));
    }
    let of = TicketTypeId::parse(&into.ticket_type).ok_or(ErrorKind::ResourceNotFound)?;
    let (of, all) = ticket_types::find_with_states(cx, of)?;
    if of.category() != For::Customer {
        return Err(Error::invalid("Ticket type is not a customer ticket type"));
    }
    of.live()?;
    let given = ticket_attributes::check(&of, &into.attributes, Mode::Create)?;
    let submitted = ticket_states::default_of(&all, Category::Submitted)?;
    let mut edit = Edit::of(row);
    edit.now.is_ticket = true;
    edit.now.ticket_number = Some(counters::next(cx, Counter::Ticket)?);
    edit.now.ticket_type_id = Some(of.row.id);
    edit.now.ticket_category = Some(of.row.category);
    edit.now.ticket_state_id = Some(submitted.id);
    edit.now.is_shared = true;
    edit.now.ticket_attributes = ticket_attributes::merge(cx, "{}", given)?.0;
    if let Some(title) = states::title(&of, &edit.now.ticket_attributes) {
        edit.now.title = Some(title);
    }
    let part = edit.part(cx, states::part(Author::Bot, submitted.category, submitted))?;
    edit.emit(Happened::ticket(Topic::TicketCreated), Some(part));
    if let Some(state) = &into.ticket_state {
        let state = TicketStateId::parse(state).ok_or(ErrorKind::TicketStateInvalid)?;
        let state = ticket_states::find(&all, state, of.row.id)?;
        states::set(cx, &mut edit, Author::Bot, (state, &all), true)?;
    }
    edit.known.ticket_type = Some((of, all));
    edit.finish(cx)
}
