//! Held replies: each becomes a part of its conversation when it is due.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::{AdminId, ConversationId, PartId};
use crate::{Hold, Result, Value, WorkspaceTx, params};

column_enum! {
    /// The state that a conversation changes to when a reply is sent.
    pub enum ThenState {
        Closed = "closed",
        Snoozed = "snoozed",
    }
}

record! {
    /// A held reply's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HeldReply in "held_replies", key (id: PartId) {
        /// Not the id of the part that it becomes.
        id: PartId,
        conversation_id: ConversationId,
        admin_id: AdminId,
        body: Option<String>,
        /// A JSON array.
        attachments: Option<String>,
        then_state: Option<ThenState>,
        snoozed_until: Option<i64>,
        /// A JSON array: the macros whose actions run after the reply.
        macro_ids: Option<String>,
        held_until: i64,
        created_at: i64,
    }
    pub fn get, insert, delete;
}

/// The held replies of a conversation in the order in which they were written.
pub fn of(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<Vec<HeldReply>> {
    let sql = select!(HeldReply, " AND conversation_id = $2 ORDER BY id");
    tx.query_all(sql, params![conversation], HeldReply::from_row)
}

/// The same, locked for update. The conversation is locked.
pub fn lock_of(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<Vec<HeldReply>> {
    let sql = select!(HeldReply, " AND conversation_id = $2 ORDER BY id", tx, Hold::Change);
    tx.query_all(sql, params![conversation], HeldReply::from_row)
}

/// Moves those of these held replies that one conversation has to another.
pub fn transfer(tx: &mut WorkspaceTx, replies: &[PartId], from: ConversationId, to: ConversationId) -> Result<()> {
    if replies.is_empty() {
        return Ok(());
    }
    let ids = padded(replies);
    let sql = format!(
        "UPDATE held_replies SET conversation_id = $2 WHERE workspace_id = $1 AND conversation_id = $3 AND id IN ({})",
        places(4, ids.len())
    );
    let values: Vec<Value<'_>> = [Value::from(to), Value::from(from)].into_iter().chain(ids).collect();
    tx.send(&sql, &values)
}
