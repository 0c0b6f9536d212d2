//! Held conversations: each becomes a conversation when it is due.

use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::{AdminId, ConversationId, HeldConversationId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A held conversation's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HeldConversation in "held_conversations", key (id: HeldConversationId) {
        /// Not the id of the conversation that it becomes.
        id: HeldConversationId,
        admin_id: AdminId,
        /// A JSON object; `None` once it is sent.
        message: Option<String>,
        /// A JSON array.
        attachments: Option<String>,
        held_until: i64,
        /// The conversation, once it is sent.
        conversation_id: Option<ConversationId>,
        /// Why it was not sent: a JSON object.
        problem: Option<String>,
        /// `None` while it waits.
        kept_until: Option<i64>,
        created_at: i64,
    }
    pub fn get, lock, insert, update, delete;
}

/// The conversations of a teammate that have not been sent, in the order in which they were written.
pub fn unsent(tx: &mut WorkspaceTx, admin: AdminId) -> Result<Vec<HeldConversation>> {
    let sql = select!(HeldConversation, " AND admin_id = $2 AND conversation_id IS NULL ORDER BY id");
    tx.query_all(sql, params![admin], HeldConversation::from_row)
}

/// The ids of expired rows.
pub fn expired(tx: &mut WorkspaceTx, most: i64) -> Result<Vec<HeldConversationId>> {
    let now = tx.now();
    let sql = "SELECT id FROM held_conversations WHERE workspace_id = $1 AND kept_until IS NOT NULL AND kept_until <= $2 \
         ORDER BY kept_until LIMIT $3";
    tx.query_all(sql, params![now, most], |row| row.get(0))
}

/// Deletes those of these rows that have expired, and returns their attachments.
pub fn forget_expired(tx: &mut WorkspaceTx, ids: &[HeldConversationId]) -> Result<Vec<Option<String>>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (now, mut values) = (tx.now(), padded(ids));
    let sql = format!(
        "DELETE FROM held_conversations WHERE workspace_id = $1 AND id IN ({}) AND kept_until <= ${} \
         RETURNING attachments",
        places(2, values.len()),
        values.len() + 2
    );
    values.push(now.into());
    tx.query_all(&sql, &values, |row| row.get(0))
}
