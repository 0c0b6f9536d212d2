//! Merges of conversations, with the data to undo them.

use std::sync::LazyLock;

use super::record::{FromRow, record, row};
use super::{padded, places};
use crate::ids::{AdminId, ContactId, ConversationId, PartId};
use crate::{Result, Value, WorkspaceTx, params};

record! {
    /// The merge of a conversation into another one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ConversationMerge in "conversation_merges", key (conversation_id: ConversationId) {
        conversation_id: ConversationId,
        into_id: ConversationId,
        /// The part of the other conversation that records the merge.
        part_id: PartId,
        /// A JSON object: the previous values of what closing the conversation changed, and the ids of the held replies
        /// that moved to the other conversation.
        before: String,
        /// A JSON array: the contacts that the merge added to the other conversation.
        contacts: String,
        /// A JSON array: the conversations that had been merged into this one.
        followed: String,
        merged_by: Option<AdminId>,
        merged_at: i64,
    }
    pub fn get, lock, insert, delete;
}

/// Redirects merges of these conversations from one target to another.
pub fn follow(
    tx: &mut WorkspaceTx,
    conversations: &[ConversationId],
    from: ConversationId,
    into: ConversationId,
) -> Result<()> {
    if conversations.is_empty() {
        return Ok(());
    }
    let ids = padded(conversations);
    let sql = format!(
        "UPDATE conversations SET merged_into = $2 WHERE workspace_id = $1 AND merged_into = $3 AND id IN ({})",
        places(4, ids.len())
    );
    let values: Vec<Value<'_>> = [Value::from(into), Value::from(from)].into_iter().chain(ids).collect();
    tx.send(&sql, &values)
}

/// The conversations that were merged into this one, at most `limit`.
pub fn merged_into(tx: &mut WorkspaceTx, id: ConversationId, limit: i64) -> Result<Vec<ConversationId>> {
    let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND merged_into = $2 ORDER BY id LIMIT $3";
    tx.query_all(sql, params![id, limit], |row| row.get(0))
}

row! {
    /// A conversation that was merged into another one.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct MergedConversation {
        id: ConversationId,
        /// The part that records the merge; `None` if an older release merged it.
        part_id: Option<PartId> = "(SELECT m.part_id FROM conversation_merges m WHERE m.workspace_id = $1 \
             AND m.conversation_id = conversations.id)",
        /// The number of its messages and notes, with the first message.
        messages: i64 = "(SELECT COUNT(*) FROM conversation_parts p WHERE p.workspace_id = $1 \
             AND p.conversation_id = conversations.id AND (p.body IS NOT NULL OR p.attachments IS NOT NULL OR p.redacted)) \
             + CASE WHEN source_body IS NULL AND source_attachments IS NULL THEN 0 ELSE 1 END",
    }
}

/// The conversations that were merged into this one, at most `limit`, with the sizes of their threads.
pub fn with_sizes(tx: &mut WorkspaceTx, id: ConversationId, limit: i64) -> Result<Vec<MergedConversation>> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM conversations WHERE workspace_id = $1 AND merged_into = $2 ORDER BY id LIMIT $3",
            MergedConversation::SELECTED
        )
    });
    tx.query_all(&SQL, params![id, limit], MergedConversation::from_row)
}

/// Which of these contacts wrote in a conversation after a part.
pub fn wrote_since(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    part: PartId,
    contacts: &[ContactId],
) -> Result<Vec<ContactId>> {
    if contacts.is_empty() {
        return Ok(Vec::new());
    }
    let ids = padded(contacts);
    let sql = format!(
        "SELECT DISTINCT author_id FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 AND id > $3 \
         AND author_type IN ('user', 'lead') AND author_id IN ({})",
        places(4, ids.len())
    );
    let values: Vec<Value<'_>> = [Value::from(conversation), Value::from(part)].into_iter().chain(ids).collect();
    tx.query_all(&sql, &values, |row| row.get(0))
}
