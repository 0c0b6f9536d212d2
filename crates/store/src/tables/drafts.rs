//! Drafts of teammates in conversations.

use std::collections::HashSet;

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::{AdminId, ConversationId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// What a draft will become.
    pub enum DraftKind {
        Reply = "reply",
        Note = "note",
    }
}

record! {
    /// A draft's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Draft in "drafts", key (conversation_id: ConversationId, admin_id: AdminId, kind: DraftKind) {
        conversation_id: ConversationId,
        admin_id: AdminId,
        kind: DraftKind,
        body: Option<String>,
        /// A JSON array.
        attachments: Option<String>,
        /// Unix seconds, but strictly increasing with each change.
        updated_at: i64,
    }
    pub fn get, lock, insert_new, update, delete;
}

/// The drafts of a teammate in a conversation.
pub fn of(tx: &mut WorkspaceTx, conversation: ConversationId, admin: AdminId) -> Result<Vec<Draft>> {
    let sql = select!(Draft, " AND conversation_id = $2 AND admin_id = $3 ORDER BY kind");
    tx.query_all(sql, params![conversation, admin], Draft::from_row)
}

/// All drafts in a conversation.
pub fn all_of(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<Vec<Draft>> {
    let sql = select!(Draft, " AND conversation_id = $2 ORDER BY admin_id, kind");
    tx.query_all(sql, params![conversation], Draft::from_row)
}

/// Those of these conversations in which a teammate has a draft.
pub fn in_any(tx: &mut WorkspaceTx, admin: AdminId, of: &[ConversationId]) -> Result<HashSet<ConversationId>> {
    if of.is_empty() {
        return Ok(HashSet::new());
    }
    let mut values = padded(of);
    let sql = format!(
        "SELECT conversation_id FROM drafts WHERE workspace_id = $1 AND conversation_id IN ({}) AND admin_id = ${}",
        places(2, values.len()),
        values.len() + 2
    );
    values.push(admin.into());
    Ok(tx.query_all(&sql, &values, |row| row.get(0))?.into_iter().collect())
}

/// The drafts of a teammate beyond the newest `most`.
pub fn surplus(tx: &mut WorkspaceTx, admin: AdminId, most: i64) -> Result<Vec<Draft>> {
    let sql = select!(Draft, " AND admin_id = $2 ORDER BY updated_at DESC, conversation_id DESC LIMIT 10 OFFSET $3");
    tx.query_all(sql, params![admin, most], Draft::from_row)
}
