//! Messages that teammates send to contacts before there is a conversation.

use super::column_enum::column_enum;
use super::record::record;
use crate::ids::{AdminId, ContactId, ConversationId, MessageId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The medium of a message.
    pub enum Medium {
        /// In the messenger.
        InApp = "inapp",
        Email = "email",
    }
}

column_enum! {
    /// The template of a message.
    pub enum Template {
        Plain = "plain",
        Personal = "personal",
    }
}

record! {
    /// A message's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Message in "messages", key (id: MessageId) {
        id: MessageId,
        message_type: Medium,
        subject: Option<String>,
        body: String,
        template: Option<Template>,
        admin_id: AdminId,
        /// A JSON object.
        recipients: String,
        /// A JSON array.
        attachments: Option<String>,
        /// A JSON object.
        details: Option<String>,
        created_at: i64,
    }
    pub fn get, lock, insert;
}

/// Removes the text and the files of a message. Its receipts stay.
pub fn clear(tx: &mut WorkspaceTx, message: MessageId) -> Result<()> {
    let sql = "UPDATE messages SET subject = NULL, body = '', attachments = NULL WHERE workspace_id = $1 AND id = $2";
    tx.send(sql, params![message])
}

impl Message {
    /// Whether its text and files were removed: there is no message without any.
    pub fn is_cleared(&self) -> bool {
        self.body.is_empty() && self.attachments.is_none()
    }
}

/// Records that a contact received a message, with its conversation if there is one.
pub fn add_recipient(
    tx: &mut WorkspaceTx,
    message: MessageId,
    contact: ContactId,
    conversation: Option<ConversationId>,
) -> Result<()> {
    tx.send(
        "INSERT INTO message_recipients (workspace_id, contact_id, message_id, conversation_id) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
        params![contact, message, conversation],
    )
}

/// Whether a contact received a message, and the conversation that started with it.
pub fn received(
    tx: &mut WorkspaceTx,
    message: MessageId,
    contact: ContactId,
) -> Result<Option<Option<ConversationId>>> {
    let sql = "SELECT conversation_id FROM message_recipients WHERE workspace_id = $1 AND contact_id = $2 AND message_id = $3";
    tx.query_opt(sql, params![contact, message], |row| row.get(0))
}

/// Records the conversation that started with a message to a contact.
pub fn became(
    tx: &mut WorkspaceTx,
    message: MessageId,
    contact: ContactId,
    conversation: ConversationId,
) -> Result<()> {
    let sql = "UPDATE message_recipients SET conversation_id = $2 WHERE workspace_id = $1 AND message_id = $3 AND contact_id = $4";
    tx.send(sql, params![conversation, message, contact])?;
    // The mails and notifications about the message now belong to the conversation.
    let sql = "UPDATE mails SET conversation_id = $2 WHERE workspace_id = $1 AND recipient_kind = 'contact' AND recipient_id = $3 \
               AND message_id = $4 AND message_id IS NOT NULL";
    tx.send(sql, params![conversation, contact, message])?;
    let sql = "UPDATE notifications SET conversation_id = $2 WHERE workspace_id = $1 AND recipient_kind = 'contact' \
               AND recipient_id = $3 AND message_id = $4";
    tx.send(sql, params![conversation, contact, message])
}
