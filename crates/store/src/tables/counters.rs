//! Numbers that people read, counted up in each workspace.

use crate::{Result, Tx, params};

/// The next number of this name: 1 for the first.
pub fn next(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<i64> {
    tx.query_one(
        "INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, 1) ON CONFLICT (workspace_id, name) \
         DO UPDATE SET value = counters.value + 1 RETURNING value",
        params![workspace, name],
        |row| row.get(0),
    )
}
