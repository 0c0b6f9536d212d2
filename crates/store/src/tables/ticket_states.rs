//! Ticket states.

use std::ops::{Deref, DerefMut};

use super::column_enum::column_enum;
use super::record::{FromRow, record};
use crate::ids::{TicketStateId, TicketTypeId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The category of a ticket state.
    pub enum StateCategory {
        Submitted = "submitted",
        InProgress = "in_progress",
        WaitingOnCustomer = "waiting_on_customer",
        Resolved = "resolved",
    }
}

record! {
    /// A state's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct State in "ticket_states", key (id: TicketStateId) {
        id: TicketStateId,
        category: StateCategory,
        internal_label: String,
        external_label: String,
        /// Whether every type has it.
        is_default: bool,
        archived: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn insert, lock, update;
}

/// A state and the types that have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketState {
    /// The state's row.
    pub row: State,
    /// The types that have it, unless every type does.
    pub types: Vec<TicketTypeId>,
}

impl Deref for TicketState {
    type Target = State;

    fn deref(&self) -> &State {
        &self.row
    }
}

impl DerefMut for TicketState {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.row
    }
}

/// All states, archived ones too, in their order.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<TicketState>> {
    let sql = format!(
        "SELECT {}, t.ticket_type_id FROM ticket_states LEFT JOIN (SELECT ticket_state_id, ticket_type_id FROM ticket_state_types \
         WHERE workspace_id = $1) t ON t.ticket_state_id = id WHERE workspace_id = $1 ORDER BY CASE category \
         WHEN 'submitted' THEN 0 WHEN 'in_progress' THEN 1 WHEN 'waiting_on_customer' THEN 2 ELSE 3 END, is_default DESC, id, \
         t.ticket_type_id",
        State::SELECTED
    );
    let mut states: Vec<TicketState> = Vec::new();
    // The join has a row for each type of a state.
    for (row, of) in
        tx.query_all(&sql, &[], |row| Ok((State::from_row(row)?, row.get::<Option<TicketTypeId>>(State::WIDTH)?)))?
    {
        if states.last().is_none_or(|last| last.id != row.id) {
            states.push(TicketState { row, types: Vec::new() });
        }
        if let Some(last) = states.last_mut() {
            last.types.extend(of);
        }
    }
    Ok(states)
}

/// Replaces the types of a state.
pub fn set_types(tx: &mut WorkspaceTx, state: TicketStateId, types: &[TicketTypeId]) -> Result<()> {
    let sql = "DELETE FROM ticket_state_types WHERE workspace_id = $1 AND ticket_state_id = $2";
    tx.send(sql, params![state])?;
    for id in types {
        tx.send(
            "INSERT INTO ticket_state_types (workspace_id, ticket_state_id, ticket_type_id) VALUES ($1, $2, $3)",
            params![state, *id],
        )?;
    }
    Ok(())
}
