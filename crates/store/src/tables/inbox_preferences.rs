//! The inbox preferences of teammates.

use crate::ids::AdminId;
use crate::{Result, WorkspaceTx, params};

/// The preferences of an admin, a JSON object, if they have set any.
pub fn get(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<Option<String>> {
    let sql = "SELECT preferences FROM inbox_preferences WHERE workspace_id = $1 AND admin_id = $2";
    tx.query_opt(sql, params![admin_id], |row| row.get(0))
}

/// Sets the preferences of an admin.
pub fn put(tx: &mut WorkspaceTx, admin_id: AdminId, preferences: &str) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO inbox_preferences (workspace_id, admin_id, preferences, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (workspace_id, admin_id) DO UPDATE SET preferences = excluded.preferences, \
         updated_at = excluded.updated_at",
        params![admin_id, preferences, now],
    )
}
