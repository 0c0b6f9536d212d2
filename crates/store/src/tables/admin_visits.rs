//! When teammates last used the inbox.

use crate::ids::AdminId;
use crate::{Result, WorkspaceTx, params};

/// Records that an admin uses the inbox now.
pub fn record(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO admin_visits (workspace_id, admin_id, seen_at) VALUES ($1, $2, $3) \
         ON CONFLICT (workspace_id, admin_id) DO UPDATE SET seen_at = excluded.seen_at",
        params![admin_id, now],
    )
}

/// When each admin last used it, by id.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<(AdminId, i64)>> {
    let sql = "SELECT admin_id, seen_at FROM admin_visits WHERE workspace_id = $1 ORDER BY admin_id";
    tx.query_all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}
