//! Records of deleted conversations.

use super::record::{FromRow, Record, record};
use crate::ids::ConversationId;
use crate::{Result, WorkspaceTx, params};

record! {
    /// The row of a deleted conversation.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct Deleted in "deleted_conversations", key (id: ConversationId) {
        id: ConversationId,
        is_ticket: bool,
        metrics_retained: bool,
        /// A JSON object.
        metrics: Option<String>,
        deleted_at: i64,
    }
    pub fn get_many;
}

/// Adds the record of a deleted conversation.
pub fn insert(tx: &mut WorkspaceTx, deleted: &Deleted) -> Result<()> {
    deleted.insert(tx)?;
    tx.send(
        "INSERT INTO deleted_conversation_counts (workspace_id, is_ticket, deleted) VALUES ($1, $2, 1) \
         ON CONFLICT (workspace_id, is_ticket) DO UPDATE SET deleted = deleted_conversation_counts.deleted + 1",
        params![deleted.is_ticket],
    )
}

/// A page, in ascending or descending order of deletion.
pub fn page(tx: &mut WorkspaceTx, tickets: bool, newest_first: bool, limit: i64, offset: i64) -> Result<Vec<Deleted>> {
    let order = if newest_first { "DESC" } else { "ASC" };
    let only = only(tickets);
    let sql = Deleted::select(&format!("{only} ORDER BY deleted_at {order}, id {order} LIMIT $2 OFFSET $3"));
    tx.query_all(&sql, params![limit, offset], Deleted::from_row)
}

/// How many there are.
pub fn count(tx: &mut WorkspaceTx, tickets: bool) -> Result<i64> {
    let sql = format!("SELECT deleted FROM deleted_conversation_counts WHERE workspace_id = $1{}", only(tickets));
    Ok(tx.query_all(&sql, &[], |row| row.get::<i64>(0))?.into_iter().sum())
}

fn only(tickets: bool) -> &'static str {
    if tickets { "" } else { " AND is_ticket = FALSE" }
}
