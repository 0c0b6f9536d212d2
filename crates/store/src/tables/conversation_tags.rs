//! The tags of conversations.

use std::collections::HashMap;

use super::record::{FromRow, row};
use super::{changed_at, padded, places};
use crate::ids::{AdminId, ConversationId, PartId, TagId};
use crate::{Result, WorkspaceTx, params};

row! {
    /// A tag on a conversation, a ticket or a contact.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Tagging {
        tag_id: TagId = "t.id",
        name: String = "t.name",
        /// The newest part of the conversation when the tag was added; never set for a contact.
        part_id: Option<PartId> = "l.part_id",
        applied_at: i64 = "l.applied_at",
        applied_by: Option<AdminId> = "l.applied_by",
    }
}

fn select(which: &str) -> String {
    format!(
        "SELECT {}, l.conversation_id FROM conversation_tags l JOIN tags t ON t.workspace_id = l.workspace_id AND t.id = l.tag_id \
         WHERE l.workspace_id = $1{which}",
        Tagging::SELECTED
    )
}

/// One tag of a conversation, if it has it.
pub fn get(tx: &mut WorkspaceTx, conversation: ConversationId, tag: TagId) -> Result<Option<Tagging>> {
    let sql = select(" AND l.conversation_id = $2 AND t.id = $3");
    tx.query_opt(&sql, params![conversation, tag], Tagging::from_row)
}

/// Puts a tag on a conversation that does not have it.
pub fn insert(tx: &mut WorkspaceTx, conversation: ConversationId, tagging: &Tagging) -> Result<()> {
    tx.send(
        "INSERT INTO conversation_tags (workspace_id, conversation_id, tag_id, part_id, applied_at, applied_by) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![conversation, tagging.tag_id, tagging.part_id, tagging.applied_at, tagging.applied_by],
    )
}

/// Takes a tag off a conversation.
pub fn delete(tx: &mut WorkspaceTx, conversation: ConversationId, tag: TagId) -> Result<()> {
    let sql = "DELETE FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2 AND tag_id = $3";
    tx.send(sql, params![conversation, tag])
}

/// How many conversations have a tag.
pub fn count(tx: &mut WorkspaceTx, tag: TagId) -> Result<i64> {
    let sql = "SELECT count(*) FROM conversation_tags WHERE workspace_id = $1 AND tag_id = $2";
    tx.query_one(sql, params![tag], |row| row.get(0))
}

/// Takes a tag off all conversations.
pub fn delete_tag(tx: &mut WorkspaceTx, tag: TagId) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "UPDATE conversations SET tag_count = tag_count - 1, {} WHERE workspace_id = $1 AND id IN \
         (SELECT conversation_id FROM conversation_tags WHERE workspace_id = $1 AND tag_id = $3)",
        changed_at(2)
    );
    tx.send(&sql, params![now, tag])?;
    tx.send("DELETE FROM conversation_tags WHERE workspace_id = $1 AND tag_id = $2", params![tag])
}

/// Replaces one tag by another on all conversations. Both tags are locked.
pub fn merge(tx: &mut WorkspaceTx, from: TagId, into: TagId) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "UPDATE conversations SET tag_count = tag_count - 1, {} WHERE workspace_id = $1 AND id IN \
         (SELECT f.conversation_id FROM conversation_tags f JOIN conversation_tags i ON i.workspace_id = $1 \
         AND i.conversation_id = f.conversation_id AND i.tag_id = $4 WHERE f.workspace_id = $1 AND f.tag_id = $3)",
        changed_at(2)
    );
    tx.send(&sql, params![now, from, into])?;
    tx.send(
        "UPDATE conversation_tags SET tag_id = $3 WHERE workspace_id = $1 AND tag_id = $2 AND conversation_id NOT IN \
         (SELECT i.conversation_id FROM conversation_tags i WHERE i.workspace_id = $1 AND i.tag_id = $3)",
        params![from, into],
    )?;
    tx.send("DELETE FROM conversation_tags WHERE workspace_id = $1 AND tag_id = $2", params![from])
}

/// The tags of several conversations, oldest tag first.
pub fn of_many(
    tx: &mut WorkspaceTx,
    conversations: &[ConversationId],
) -> Result<HashMap<ConversationId, Vec<Tagging>>> {
    let mut found: HashMap<ConversationId, Vec<Tagging>> = HashMap::new();
    if conversations.is_empty() {
        return Ok(found);
    }
    let values = padded(conversations);
    let sql = select(&format!(" AND l.conversation_id IN ({}) ORDER BY t.id", places(2, values.len())));
    tx.query_all(&sql, &values, |row| {
        found.entry(row.get(Tagging::WIDTH)?).or_default().push(Tagging::from_row(row)?);
        Ok(())
    })?;
    Ok(found)
}
