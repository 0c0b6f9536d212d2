//! The attributes of ticket types.

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record};
use super::{padded, places};
use crate::ids::{TicketTypeAttributeId, TicketTypeId};
use crate::{Result, WorkspaceTx};

column_enum! {
    /// The type of a ticket attribute.
    pub enum TicketDataType {
        String = "string",
        List = "list",
        Integer = "integer",
        Decimal = "decimal",
        Boolean = "boolean",
        Datetime = "datetime",
        Files = "files",
    }
}

record! {
    /// An attribute's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TicketTypeAttribute in "ticket_type_attributes", key (id: TicketTypeAttributeId), order "ticket_type_id, position, id" {
        id: TicketTypeAttributeId,
        ticket_type_id: TicketTypeId,
        name: String,
        description: String,
        data_type: TicketDataType,
        multiline: bool,
        /// A JSON array of `{id, label, archived}`, for lists.
        list_items: Option<String>,
        allow_multiple_values: bool,
        /// Its position among the attributes of its type, from 0.
        position: i64,
        required_to_create: bool,
        required_to_create_for_contacts: bool,
        visible_on_create: bool,
        visible_to_contacts: bool,
        /// Whether it is one of the default attributes of its type.
        is_default: bool,
        archived: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn all, insert, update;
}

/// The attributes of these types, archived ones too, in their order.
pub fn of_types(tx: &mut WorkspaceTx, types: &[TicketTypeId]) -> Result<Vec<TicketTypeAttribute>> {
    if types.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(types);
    let places = places(2, values.len());
    let which = format!(" AND ticket_type_id IN ({places}) ORDER BY ticket_type_id, position, id");
    tx.query_all(&TicketTypeAttribute::select(&which), &values, TicketTypeAttribute::from_row)
}
