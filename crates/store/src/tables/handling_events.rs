//! Pauses of teammates in their work on conversations.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ConversationId, HandlingEventId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// Whether work on a conversation was paused or resumed.
    #[derive(Default)]
    pub enum HandlingKind {
        #[default]
        Paused = "paused",
        Resumed = "resumed",
    }
}

record! {
    /// A pause, or its end.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct HandlingEvent in "handling_events", key (conversation_id: ConversationId, id: HandlingEventId) {
        conversation_id: ConversationId,
        id: HandlingEventId,
        admin_id: AdminId,
        kind: HandlingKind,
        reason: Option<String>,
        created_at: i64,
    }
    pub fn insert;
}

/// The newest events of a conversation, oldest of them first.
pub fn newest(tx: &mut WorkspaceTx, conversation: ConversationId, limit: i64) -> Result<Vec<HandlingEvent>> {
    let sql = select!(HandlingEvent, " AND conversation_id = $2 ORDER BY id DESC LIMIT $3");
    let mut events = tx.query_all(sql, params![conversation, limit], HandlingEvent::from_row)?;
    events.reverse();
    Ok(events)
}
