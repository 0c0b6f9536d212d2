//! Side conversations: what teammates discuss beside a conversation.

use super::record::{Record, record};
use super::{padded, places};
use crate::tables::conversation_parts::Part;
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A side conversation's row.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct SideConversation in "side_conversations" {
        conversation_id: i64,
        id: i64,
        part_count: i64,
        created_at: i64,
    }
}

/// One page of the side conversations of a conversation, oldest first.
pub fn page(tx: &mut WorkspaceTx, conversation: i64, limit: i64, offset: i64) -> Result<Vec<SideConversation>> {
    let sql = SideConversation::select(" AND conversation_id = $2 ORDER BY id LIMIT $3 OFFSET $4");
    tx.query_all(&sql, params![conversation, limit, offset], SideConversation::from_row)
}

/// How many side conversations a conversation has.
pub fn count(tx: &mut WorkspaceTx, conversation: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM side_conversations WHERE workspace_id = $1 AND conversation_id = $2";
    tx.query_one(sql, params![conversation], |row| row.get(0))
}

/// One side conversation, held against other writers until the transaction ends.
pub fn lock(tx: &mut WorkspaceTx, conversation: i64, id: i64) -> Result<Option<SideConversation>> {
    let sql = SideConversation::select(&format!(" AND conversation_id = $2 AND id = $3{}", tx.hold(Hold::Change)));
    tx.query_opt(&sql, params![conversation, id], SideConversation::from_row)
}

/// Adds a side conversation.
pub fn insert(tx: &mut WorkspaceTx, side: &SideConversation) -> Result<()> {
    side.insert(tx)
}

/// Writes what changed of a side conversation.
pub fn update(tx: &mut WorkspaceTx, before: &SideConversation, after: &SideConversation) -> Result<()> {
    after.update(tx, before, &[("conversation_id", after.conversation_id.into()), ("id", after.id.into())])
}

/// All parts of these side conversations, oldest first.
pub fn parts(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<Vec<Part>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let places = places(2, values.len());
    let sql = Part::select(&format!(" AND conversation_id IN ({places}) ORDER BY conversation_id, id"));
    tx.query_all(&sql, &values, Part::from_row)
}
