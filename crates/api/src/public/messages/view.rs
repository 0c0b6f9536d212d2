//! A message as the API shows it.

use deskwire_domain::conversations::Conversation;
use serde::Serialize;

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
