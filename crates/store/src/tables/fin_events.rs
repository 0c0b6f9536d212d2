//! Events for the clients of Fin.

use super::record::{FromRow, record, select};
use crate::ids::FinSessionId;
use crate::{Result, WorkspaceTx, params};

record! {
    /// An event's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FinEvent in "fin_events", key (session_id: FinSessionId, position: i64) {
        session_id: FinSessionId,
        position: i64,
        name: String,
        /// A JSON object.
        body: String,
        ends: bool,
        created_at: i64,
    }
    pub fn get, insert;
}

/// The next events of a session after a position, in order.
pub fn after(tx: &mut WorkspaceTx, session: FinSessionId, position: i64, limit: i64) -> Result<Vec<FinEvent>> {
    let sql = select!(FinEvent, " AND session_id = $2 AND position > $3 ORDER BY position LIMIT $4");
    tx.query_all(sql, params![session, position, limit], FinEvent::from_row)
}

/// Deletes at most `limit` events from before a time. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM fin_events WHERE workspace_id = $1 AND (session_id, position) IN (SELECT session_id, position FROM \
         fin_events WHERE workspace_id = $1 AND created_at < $2 ORDER BY created_at LIMIT $3)",
        params![before, limit],
    )
}
