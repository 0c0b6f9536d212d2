//! What happened.

use crate::{Result, Tx, params};

/// An event to be written.
#[derive(Debug)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct NewEvent<'a> {
    pub topic: &'a str,
    pub object_id: i64,
    pub actor_id: Option<i64>,
    /// JSON.
    pub payload: &'a str,
    pub notify: bool,
}

/// Writes an event.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, event: &NewEvent<'_>) -> Result<()> {
    let (id, now) = (tx.mint(), tx.now());
    tx.execute(
        "INSERT INTO events (workspace_id, id, topic, object_id, actor_id, payload, notify, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![workspace, id, event.topic, event.object_id, event.actor_id, event.payload, event.notify, now],
    )?;
    Ok(())
}

/// Forgets events whose ids are below `before`; how many, `limit` at most.
pub fn purge(tx: &mut Tx<'_>, workspace: &str, before: i64, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM events WHERE workspace_id = $1 AND id IN \
         (SELECT id FROM events WHERE workspace_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
        params![workspace, before, limit],
    )
}
