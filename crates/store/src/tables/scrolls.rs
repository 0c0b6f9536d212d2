//! Open scrolls: at most one per workspace and resource.

use crate::{Hold, Result, WorkspaceTx, params};

/// The position of a scroll that has reached its end.
pub const FINISHED: i64 = -1;

/// Opens a scroll at the start. Returns false if another one is still open.
pub fn open(tx: &mut WorkspaceTx, resource: &str, scroll_param: &str, expires_at: i64) -> Result<bool> {
    let now = tx.now();
    let opened = tx.execute(
        "INSERT INTO scrolls (workspace_id, resource, scroll_param, position, expires_at) VALUES ($1, $2, $3, 0, $4) \
         ON CONFLICT (workspace_id, resource) DO UPDATE SET scroll_param = excluded.scroll_param, position = excluded.position, \
         expires_at = excluded.expires_at WHERE scrolls.expires_at <= $5 OR scrolls.position = $6",
        params![resource, scroll_param, expires_at, now, FINISHED],
    )?;
    Ok(opened == 1)
}

/// The id after which the next batch of an open scroll starts, locked against concurrent calls.
pub fn position(tx: &mut WorkspaceTx, resource: &str, scroll_param: &str) -> Result<Option<i64>> {
    let (now, lock) = (tx.now(), tx.hold(Hold::Change));
    let sql = format!(
        "SELECT position FROM scrolls WHERE workspace_id = $1 AND resource = $2 AND scroll_param = $3 AND expires_at > $4{lock}"
    );
    tx.query_opt(&sql, params![resource, scroll_param, now], |row| row.get(0))
}

/// Records the position of a scroll.
pub fn advance(tx: &mut WorkspaceTx, resource: &str, position: i64, expires_at: i64) -> Result<()> {
    tx.send(
        "UPDATE scrolls SET position = $2, expires_at = $3 WHERE workspace_id = $1 AND resource = $4",
        params![position, expires_at, resource],
    )
}

/// Closes a scroll.
pub fn close(tx: &mut WorkspaceTx, resource: &str) -> Result<()> {
    tx.send("DELETE FROM scrolls WHERE workspace_id = $1 AND resource = $2", params![resource])
}

/// Deletes expired scrolls of a workspace.
pub fn purge(tx: &mut WorkspaceTx) -> Result<u64> {
    let now = tx.now();
    tx.execute("DELETE FROM scrolls WHERE workspace_id = $1 AND expires_at <= $2", params![now])
}
