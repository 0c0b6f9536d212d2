//! `WhatsApp` messages and their status.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{ContactId, ConversationId, WhatsappMessageId};
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// The status of a message.
    pub enum WhatsappStatus {
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Failed = "failed",
    }
}

record! {
    /// A message's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct WhatsappMessage in "whatsapp_messages", key (id: WhatsappMessageId) {
        id: WhatsappMessageId,
        /// The id that `WhatsApp` assigned.
        message_id: String,
        /// The bulk message that it belongs to.
        ruleset_id: Option<String>,
        contact_id: ContactId,
        conversation_id: ConversationId,
        status: WhatsappStatus,
        template_name: Option<String>,
        error_message: Option<String>,
        error_details: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn insert, update;
}

/// The message with this `WhatsApp` id.
pub fn by_message_id(tx: &mut WorkspaceTx, message_id: &str) -> Result<Option<WhatsappMessage>> {
    tx.query_opt(select!(WhatsappMessage, " AND message_id = $2"), params![message_id], WhatsappMessage::from_row)
}

/// The same, locked for update.
pub fn lock_by_message_id(tx: &mut WorkspaceTx, message_id: &str) -> Result<Option<WhatsappMessage>> {
    let sql = select!(WhatsappMessage, " AND message_id = $2", tx, Hold::Change);
    tx.query_opt(sql, params![message_id], WhatsappMessage::from_row)
}

/// The messages of a bulk message after a time and id, newest first.
pub fn page(
    tx: &mut WorkspaceTx,
    ruleset_id: &str,
    (at, id): (i64, WhatsappMessageId),
    limit: i64,
) -> Result<Vec<WhatsappMessage>> {
    let sql = select!(
        WhatsappMessage,
        " AND ruleset_id = $2 AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT $5"
    );
    tx.query_all(sql, params![ruleset_id, at, id, limit], WhatsappMessage::from_row)
}

/// How many messages a bulk message has.
pub fn count(tx: &mut WorkspaceTx, ruleset_id: &str) -> Result<i64> {
    let sql = "SELECT count(*) FROM whatsapp_messages WHERE workspace_id = $1 AND ruleset_id = $2";
    tx.query_one(sql, params![ruleset_id], |row| row.get(0))
}
