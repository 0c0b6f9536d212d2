//! Ticket types and their attributes as the API shows them.

use deskwire_domain::ids::{TicketTypeAttributeId, TicketTypeId};
use deskwire_domain::ticket_types::{Category, Full, ListItem, TicketDataType, TicketType, TicketTypeAttribute, items};
use serde::Serialize;

use crate::page::List;
use crate::public::ticket_states::view::View as State;

/// A complete ticket type.
#[derive(Serialize)]
pub(in crate::public) struct View<'a> {
    r#type: &'static str,
    id: TicketTypeId,
    name: &'a str,
    description: &'a str,
    icon: &'a str,
    workspace_id: &'a str,
    archived: bool,
    created_at: i64,
    updated_at: i64,
    is_internal: bool,
    ticket_type_attributes: List<Attribute<'a>>,
    category: Category,
    ticket_states: List<State<'a>>,
}

impl<'a> View<'a> {
    /// The public view of the type.
    pub(in crate::public) fn of(workspace: &'a str, of: &'a Full) -> Self {
        let attributes = of.attributes.iter().map(|attribute| Attribute::of(workspace, attribute));
        Self {
            r#type: "ticket_type",
            id: of.row.id,
            name: &of.row.name,
            description: &of.row.description,
            icon: &of.row.icon,
            workspace_id: workspace,
            archived: of.row.archived,
            created_at: of.row.created_at,
            updated_at: of.row.updated_at,
            is_internal: of.row.is_internal,
            ticket_type_attributes: List::whole(attributes.collect()),
            category: of.row.category,
            ticket_states: List::whole(of.states.iter().map(State::of).collect()),
        }
    }
}

/// A ticket type in a list of states.
#[derive(Serialize)]
pub(in crate::public) struct Brief<'a> {
    r#type: &'static str,
    id: TicketTypeId,
    name: &'a str,
    description: &'a str,
    icon: &'a str,
    archived: bool,
    is_internal: bool,
    category: Category,
}

impl<'a> Brief<'a> {
    /// The view for a list of states.
    pub(in crate::public) fn of(row: &'a TicketType) -> Self {
        Self {
            r#type: "ticket_type",
            id: row.id,
            name: &row.name,
            description: &row.description,
            icon: &row.icon,
            archived: row.archived,
            is_internal: row.is_internal,
            category: row.category,
        }
    }
}

/// An attribute of a ticket type.
#[derive(Serialize)]
pub(super) struct Attribute<'a> {
    r#type: &'static str,
    id: TicketTypeAttributeId,
    workspace_id: &'a str,
    name: &'a str,
    description: &'a str,
    data_type: TicketDataType,
    input_options: Option<Options>,
    order: i64,
    required_to_create: bool,
    required_to_create_for_contacts: bool,
    visible_on_create: bool,
    visible_to_contacts: bool,
    default: bool,
    ticket_type_id: i64,
    archived: bool,
    created_at: i64,
    updated_at: i64,
}

/// The constraints of an input, besides the data type.
#[derive(Serialize)]
#[serde(untagged)]
enum Options {
    Text { multiline: bool },
    List { list_options: Vec<ListItem> },
    Files { allow_multiple_values: bool },
}

impl<'a> Attribute<'a> {
    /// The public view of the attribute.
    pub(super) fn of(workspace: &'a str, of: &'a TicketTypeAttribute) -> Self {
        let input_options = match of.data_type {
            TicketDataType::String => Some(Options::Text { multiline: of.multiline }),
            TicketDataType::List => {
                let live = items(of).into_iter().filter(|item| !item.archived);
                Some(Options::List { list_options: live.collect() })
            }
            TicketDataType::Files => Some(Options::Files { allow_multiple_values: of.allow_multiple_values }),
            _ => None,
        };
        Self {
            r#type: "ticket_type_attribute",
            id: of.id,
            workspace_id: workspace,
            name: &of.name,
            description: &of.description,
            data_type: of.data_type,
            input_options,
            order: of.position,
            required_to_create: of.required_to_create,
            required_to_create_for_contacts: of.required_to_create_for_contacts,
            visible_on_create: of.visible_on_create,
            visible_to_contacts: of.visible_to_contacts,
            default: of.is_default,
            ticket_type_id: of.ticket_type_id.number(),
            archived: of.archived,
            created_at: of.created_at,
            updated_at: of.updated_at,
        }
    }
}
