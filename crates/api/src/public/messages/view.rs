//! A message as the API shows it.

use deskwire_domain::conversations::Conversation;
use deskwire_domain::messages::Sent;
use serde::Serialize;

use crate::public::admins::view::View as Admin;

/// A message from a contact, which started a conversation.
#[derive(Serialize)]
pub(crate) struct UserMessage<'a> {
    r#type: &'static str,
    id: String,
    created_at: i64,
    body: &'a str,
    message_type: &'static str,
    conversation_id: String,
}

impl<'a> UserMessage<'a> {
    /// The message that started this conversation, as it was sent.
    pub(crate) fn of(conversation: &Conversation, body: &'a str) -> Self {
        Self {
            r#type: "user_message",
            id: conversation.source_id.to_string(),
            created_at: conversation.created_at,
            body,
            message_type: "inapp",
            conversation_id: conversation.id.to_string(),
        }
    }
}

/// A message from an admin.
#[derive(Serialize)]
pub(super) struct AdminMessage<'a> {
    r#type: &'static str,
    id: String,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
    body: &'a str,
    message_type: &'a str,
    owner: Admin<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<String>,
}

impl<'a> AdminMessage<'a> {
    /// The message, with its text as it was sent.
    pub(super) fn of(sent: &'a Sent, body: &'a str) -> Self {
        Self {
            r#type: "admin_message",
            id: sent.message.id.to_string(),
            created_at: sent.message.created_at,
            subject: sent.message.subject.as_deref(),
            body,
            message_type: &sent.message.message_type,
            owner: Admin::new(&sent.owner),
            conversation_id: sent.conversation.as_ref().map(|c| c.id.to_string()),
        }
    }
}
