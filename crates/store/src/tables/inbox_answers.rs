//! Responses to writes of the inbox, by idempotency key.

use super::record::row;
use crate::ids::{AdminId, ConversationId};
use crate::tables::record::FromRow;
use crate::{Result, WorkspaceTx, params};

row! {
    /// A stored response.
    #[derive(Debug, Clone)]
    pub struct Answer {
        /// A hash of the request.
        request: String,
        /// JSON.
        answer: String,
        created_at: i64,
    }
}

/// The response to the write with this key.
pub fn get(tx: &mut WorkspaceTx, admin_id: AdminId, key: &str) -> Result<Option<Answer>> {
    let sql =
        "SELECT request, answer, created_at FROM inbox_answers WHERE workspace_id = $1 AND admin_id = $2 AND key = $3";
    tx.query_opt(sql, params![admin_id, key], Answer::from_row)
}

/// Stores a response.
pub fn put(tx: &mut WorkspaceTx, admin_id: AdminId, key: &str, request: &str, answer: &str) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO inbox_answers (workspace_id, admin_id, key, request, answer, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, admin_id, key) DO UPDATE \
         SET request = excluded.request, answer = excluded.answer, created_at = excluded.created_at",
        params![admin_id, key, request, answer, now],
    )
}

/// Deletes the responses since a second that name a conversation.
pub fn forget(tx: &mut WorkspaceTx, conversation: ConversationId, since: i64) -> Result<()> {
    let named = format!("%\"{conversation}\"%");
    let sql = "DELETE FROM inbox_answers WHERE workspace_id = $1 AND created_at >= $2 AND answer LIKE $3";
    tx.send(sql, params![since, named.as_str()])
}

/// Deletes at most `limit` responses from before a second. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    let sql = "DELETE FROM inbox_answers WHERE workspace_id = $1 AND (admin_id, key) IN (SELECT admin_id, key \
               FROM inbox_answers WHERE workspace_id = $1 AND created_at < $2 ORDER BY created_at LIMIT $3)";
    tx.execute(sql, params![before, limit])
}
