//! What is left of conversations that were deleted.

use crate::{Result, Tx, params};

/// Remembers that a conversation was deleted, and nothing of what it was.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, id: i64, is_ticket: bool) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO deleted_conversations (workspace_id, id, is_ticket, metrics_retained, metrics, deleted_at) \
         VALUES ($1, $2, $3, FALSE, NULL, $4)",
        params![workspace, id, is_ticket, now],
    )?;
    Ok(())
}
