//! Responses to writes of the inbox, by idempotency key.

use std::collections::HashSet;

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

/// The number of responses read at once.
const PAGE: i64 = 200;

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

/// Deletes the responses since a second that name one of these conversations.
pub fn forget(tx: &mut WorkspaceTx, conversations: &[ConversationId], since: i64) -> Result<()> {
    let next = "SELECT created_at, admin_id, key, answer FROM inbox_answers WHERE workspace_id = $1 \
                AND (created_at, admin_id, key) > ($2, $3, $4) ORDER BY created_at, admin_id, key LIMIT $5";
    let delete = "DELETE FROM inbox_answers WHERE workspace_id = $1 AND admin_id = $2 AND key = $3 AND created_at = $4";
    let gone: HashSet<String> = conversations.iter().map(ToString::to_string).collect();
    let mut after = (since, AdminId::default(), String::new());
    loop {
        let page: Vec<((i64, AdminId, String), String)> =
            tx.query_all(next, params![after.0, after.1, after.2.as_str(), PAGE], |row| {
                Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?))
            })?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        after = last.clone();
        for ((created_at, admin_id, key), answer) in page {
            // An id is a text of its own. Compared with a set, because a condition for each id would read each response
            // as often as there are ids.
            if answer.split('"').any(|text| gone.contains(text)) {
                tx.send(delete, params![admin_id, key.as_str(), created_at])?;
            }
        }
    }
}

/// Deletes at most `limit` responses from before a second. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    let sql = "DELETE FROM inbox_answers WHERE workspace_id = $1 AND (admin_id, key) IN (SELECT admin_id, key \
               FROM inbox_answers WHERE workspace_id = $1 AND created_at < $2 ORDER BY created_at LIMIT $3)";
    tx.execute(sql, params![before, limit])
}
