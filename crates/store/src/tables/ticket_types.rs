//! Ticket types.

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::TicketTypeId;
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The category of a ticket type.
    #[derive(Default)]
    pub enum TicketCategory {
        /// Visible to the customer.
        #[default]
        Customer = "Customer",
        /// Visible to teammates only.
        BackOffice = "Back-office",
        /// Links many conversations about the same issue.
        Tracker = "Tracker",
    }
}

record! {
    /// A type's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct TicketType in "ticket_types", key (id: TicketTypeId), order "created_at, id" {
        id: TicketTypeId,
        name: String,
        description: String,
        icon: String,
        /// `Customer`, `Back-office` or `Tracker`.
        category: TicketCategory,
        is_internal: bool,
        archived: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn lock, all, insert, update;
}

/// The types with these ids.
pub fn many(tx: &mut WorkspaceTx, ids: &[TicketTypeId]) -> Result<Vec<TicketType>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql = TicketType::select(&format!(" AND id IN ({}) ORDER BY created_at, id", places(2, values.len())));
    tx.query_all(&sql, &values, TicketType::from_row)
}

/// The types with this name, oldest first.
pub fn named(tx: &mut WorkspaceTx, name: &str) -> Result<Vec<TicketType>> {
    tx.query_all(select!(TicketType, " AND name = $2 ORDER BY created_at, id"), params![name], TicketType::from_row)
}

/// How many types there are.
pub fn count(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM ticket_types WHERE workspace_id = $1", &[], |row| row.get(0))
}
