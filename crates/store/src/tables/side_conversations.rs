//! Side conversations: discussions of teammates beside a conversation.

use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::ConversationId;
use crate::tables::conversation_parts::Part;
use crate::{Result, WorkspaceTx, params};

record! {
    /// A side conversation's row.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct SideConversation in "side_conversations", key (conversation_id: ConversationId, id: ConversationId) {
        conversation_id: ConversationId,
        id: ConversationId,
        part_count: i64,
        created_at: i64,
    }
    pub fn lock, insert, update;
}

/// One page of the side conversations of a conversation, oldest first.
pub fn page(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    limit: i64,
    offset: i64,
) -> Result<Vec<SideConversation>> {
    let sql = select!(SideConversation, " AND conversation_id = $2 ORDER BY id LIMIT $3 OFFSET $4");
    tx.query_all(sql, params![conversation, limit, offset], SideConversation::from_row)
}

/// How many side conversations a conversation has.
pub fn count(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<i64> {
    let sql = "SELECT count(*) FROM side_conversations WHERE workspace_id = $1 AND conversation_id = $2";
    tx.query_one(sql, params![conversation], |row| row.get(0))
}

/// All parts of these side conversations, oldest first.
pub fn parts(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<Vec<Part>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let places = places(2, values.len());
    let sql = Part::select(&format!(" AND conversation_id IN ({places}) ORDER BY conversation_id, id"));
    tx.query_all(&sql, &values, Part::from_row)
}
