//! The states that tickets are in.

use crate::{Result, Row, WorkspaceTx, params};

/// A state's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct TicketState {
    pub id: i64,
    pub category: String,
    pub internal_label: String,
    pub external_label: String,
    /// Whether every type has it.
    pub is_default: bool,
    pub archived: bool,
    pub created_at: i64,
    pub updated_at: i64,
    /// The types that have it, unless every type does.
    pub types: Vec<i64>,
}

const COLUMNS: &str = "id, category, internal_label, external_label, is_default, archived, created_at, updated_at";

/// All states, archived ones too, as they follow on each other.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<TicketState>> {
    let sql = "SELECT s.id, s.category, s.internal_label, s.external_label, s.is_default, s.archived, s.created_at, \
         s.updated_at, t.ticket_type_id FROM ticket_states s LEFT JOIN ticket_state_types t \
         ON t.workspace_id = s.workspace_id AND t.ticket_state_id = s.id WHERE s.workspace_id = $1 \
         ORDER BY CASE s.category WHEN 'submitted' THEN 0 WHEN 'in_progress' THEN 1 WHEN 'waiting_on_customer' THEN 2 \
         ELSE 3 END, s.is_default DESC, s.id, t.ticket_type_id";
    let mut states: Vec<TicketState> = Vec::new();
    // A state comes once for each of its types.
    for (state, of) in tx.query_all(sql, &[], from_row)? {
        if states.last().is_none_or(|last| last.id != state.id) {
            states.push(state);
        }
        if let Some(last) = states.last_mut() {
            last.types.extend(of);
        }
    }
    Ok(states)
}

fn from_row(row: &Row<'_>) -> Result<(TicketState, Option<i64>)> {
    let state = TicketState {
        id: row.get(0)?,
        category: row.get(1)?,
        internal_label: row.get(2)?,
        external_label: row.get(3)?,
        is_default: row.get(4)?,
        archived: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
        types: Vec::new(),
    };
    Ok((state, row.get(8)?))
}

/// Adds a state.
pub fn insert(tx: &mut WorkspaceTx, s: &TicketState) -> Result<()> {
    let sql =
        format!("INSERT INTO ticket_states (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    tx.execute(
        &sql,
        params![
            s.id,
            &s.category,
            &s.internal_label,
            &s.external_label,
            s.is_default,
            s.archived,
            s.created_at,
            s.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what may change of a state.
pub fn update(tx: &mut WorkspaceTx, s: &TicketState) -> Result<()> {
    tx.execute(
        "UPDATE ticket_states SET external_label = $2, archived = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $5",
        params![&s.external_label, s.archived, s.updated_at, s.id],
    )?;
    Ok(())
}

/// Makes a state one of these types, and of no others.
pub fn set_types(tx: &mut WorkspaceTx, state: i64, types: &[i64]) -> Result<()> {
    let sql = "DELETE FROM ticket_state_types WHERE workspace_id = $1 AND ticket_state_id = $2";
    tx.execute(sql, params![state])?;
    for id in types {
        tx.execute(
            "INSERT INTO ticket_state_types (workspace_id, ticket_state_id, ticket_type_id) VALUES ($1, $2, $3)",
            params![state, *id],
        )?;
    }
    Ok(())
}
