//! A message as the API represents it.

use deskwire_domain::admins::Full as Admin;
use deskwire_domain::conversations::Conversation;
use deskwire_domain::ids::{AdminId, ConversationId, MessageId, PartId};
use deskwire_domain::messages::Medium;
use deskwire_domain::messages::Sent;
use serde::Serialize;

/// The admin who sent a message.
#[derive(Serialize)]
struct Owner<'a> {
    r#type: &'static str,
    id: AdminId,
    name: &'a str,
    email: &'a str,
    away_mode_enabled: bool,
    away_mode_reassign: bool,
}

impl<'a> From<&'a Admin> for Owner<'a> {
    fn from(full: &'a Admin) -> Self {
        let admin = &full.admin;
        Self {
            r#type: "admin",
            id: admin.id,
            name: &admin.name,
            email: &admin.email,
            away_mode_enabled: admin.away_mode_enabled,
            away_mode_reassign: admin.away_mode_reassign,
        }
    }
}

/// A message from a contact, which started a conversation.
#[derive(Serialize)]
pub(crate) struct UserMessage<'a> {
    r#type: &'static str,
    id: PartId,
    created_at: i64,
    body: &'a str,
    message_type: &'static str,
    conversation_id: ConversationId,
}

impl<'a> UserMessage<'a> {
    /// The message that started this conversation, with its original text.
    pub(crate) fn of(conversation: &Conversation, body: &'a str) -> Self {
        Self {
            r#type: "user_message",
            id: conversation.source_id,
            created_at: conversation.created_at,
            body,
            message_type: "inapp",
            conversation_id: conversation.id,
        }
    }
}

/// A message from an admin.
#[derive(Serialize)]
pub(super) struct AdminMessage<'a> {
    r#type: &'static str,
    id: MessageId,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    body: &'a str,
    message_type: Medium,
    owner: Owner<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<ConversationId>,
}

impl<'a> AdminMessage<'a> {
    /// The message with its original text.
    pub(super) fn of(sent: &'a Sent, body: &'a str) -> Self {
        Self {
            r#type: "admin_message",
            id: sent.message.id,
            created_at: sent.message.created_at,
            subject: sent.message.subject.as_deref(),
            body,
            message_type: sent.message.message_type,
            owner: Owner::from(&sent.owner),
            conversation_id: sent.conversation.as_ref().map(|c| c.id),
        }
    }
}
