//! Ticket types: the attributes and states of their tickets.

mod attributes;
mod declare;
mod write;

use deskwire_store::{ticket_type_attributes, ticket_types as store};

pub use attributes::{AttributeChanges, ListItem, add_attribute, change_attribute, items};
pub use declare::{Declared, DeclaredAttribute, declare, declared};
pub use deskwire_store::ticket_type_attributes::{TicketDataType, TicketTypeAttribute};
pub use deskwire_store::ticket_types::{TicketCategory as Category, TicketType};
pub use write::{Changes, create, update};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::TicketTypeId;
use crate::ticket_states::{self, TicketState};

/// The name of the attribute that is a ticket's title.
pub const TITLE: &str = "_default_title_";
/// The name of the attribute for a ticket's description.
pub const DESCRIPTION: &str = "_default_description_";

/// A type with its attributes and the states its tickets can be in.
#[derive(Debug, Clone, PartialEq)]
pub struct Full {
    /// The type.
    pub row: TicketType,
    /// Its attributes, archived ones too, in their order.
    pub attributes: Vec<TicketTypeAttribute>,
    /// The states that its tickets can be in.
    pub states: Vec<TicketState>,
}

impl Full {
    /// Whom its tickets are for.
    pub const fn category(&self) -> Category {
        self.row.category
    }

    /// Rejects the creation of a ticket if the type is archived.
    pub(crate) fn live(&self) -> Result<()> {
        if self.row.archived {
            return Err(Error::invalid("Ticket type is archived").field("ticket_type_id"));
        }
        Ok(())
    }

    /// The live attribute with this name.
    pub fn attribute(&self, name: &str) -> Option<&TicketTypeAttribute> {
        self.attributes.iter().find(|a| a.name == name && !a.archived)
    }
}

/// All types, archived ones too, oldest first.
pub fn list(cx: &mut Cx) -> Result<Vec<Full>> {
    let rows = store::all(cx)?;
    let attributes = ticket_type_attributes::all(cx)?;
    let states = ticket_states::list(cx)?;
    Ok(joined(rows, attributes, &states))
}

/// All types without their attributes, archived ones too, oldest first.
pub fn rows(cx: &mut Cx) -> Result<Vec<TicketType>> {
    Ok(store::all(cx)?)
}

/// The attributes of all types, archived ones too.
pub(crate) fn attributes(cx: &mut Cx) -> Result<Vec<TicketTypeAttribute>> {
    Ok(ticket_type_attributes::all(cx)?)
}

/// One type.
pub fn find(cx: &mut Cx, id: TicketTypeId) -> Result<Full> {
    Ok(find_with_states(cx, id)?.0)
}

/// One type, and all states of the workspace.
pub(crate) fn find_with_states(cx: &mut Cx, id: TicketTypeId) -> Result<(Full, Vec<TicketState>)> {
    let states = ticket_states::list(cx)?;
    let found = many_with(cx, &[id], &states)?.pop().ok_or(ErrorKind::ResourceNotFound)?;
    Ok((found, states))
}

/// The types with these ids. Omits unknown ids.
pub fn many(cx: &mut Cx, ids: &[TicketTypeId]) -> Result<Vec<Full>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let states = ticket_states::list(cx)?;
    many_with(cx, ids, &states)
}

/// The same, with all states already read.
pub(crate) fn many_with(cx: &mut Cx, ids: &[TicketTypeId], states: &[TicketState]) -> Result<Vec<Full>> {
    let rows = store::many(cx, ids)?;
    let attributes = ticket_type_attributes::of_types(cx, ids)?;
    Ok(joined(rows, attributes, states))
}

fn joined(rows: Vec<TicketType>, mut attributes: Vec<TicketTypeAttribute>, states: &[TicketState]) -> Vec<Full> {
    let mut whole = Vec::with_capacity(rows.len());
    for row in rows {
        let (own, rest) = attributes.into_iter().partition(|a| a.ticket_type_id == row.id);
        attributes = rest;
        let states = ticket_states::of_type(states, row.id).cloned().collect();
        whole.push(Full { row, attributes: own, states });
    }
    whole
}
