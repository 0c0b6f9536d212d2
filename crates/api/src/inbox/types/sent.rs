//! Mail and webhooks that a demo or test server sent.

use deskwire_domain::ids::{ConversationId, MailId, WebhookDeliveryId};
use serde::Serialize;

use super::WebhookDelivery;

/// The state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum MailState {
    /// It waits for its time, or for a mail server.
    Pending,
    /// The mail server accepted it.
    Sent,
    /// It was not needed or not wanted.
    Dropped,
    /// The address does not exist.
    Bounced,
    /// It cannot be sent.
    Failed,
}

/// A mail in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMail {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: MailId,
    /// The recipient's address.
    pub to: Option<String>,
    /// Whether the recipient is a teammate.
    pub to_teammate: bool,
    /// The subject, or the title of the conversation.
    pub subject: Option<String>,
    /// The state.
    pub state: MailState,
    /// The reason for the state.
    pub why: Option<String>,
    /// The conversation.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub conversation_id: Option<ConversationId>,
    /// When it was recorded.
    pub created_at: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// When it is sent, if it is pending.
    pub due_at: Option<i64>,
}

/// A page of mails, newest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMails {
    /// The mails.
    pub items: Vec<SentMail>,
    /// The `before` of the next page.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub next: Option<MailId>,
}

/// The content of a mail. Its HTML is at `/app/v1/sent/mails/{id}/body`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMailDetail {
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// The recipients of a copy.
    pub cc: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The whole message, as it is sent to a mail server.
    pub raw: String,
    /// Whether `raw` is truncated.
    pub is_cut: bool,
}

/// A mail with its content, unless it would no longer be sent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneSentMail {
    /// The content.
    pub content: Option<SentMailDetail>,
    /// Why there is no content.
    pub why: Option<String>,
}

/// A page of deliveries to all endpoints, newest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentWebhooks {
    /// The deliveries.
    pub items: Vec<WebhookDelivery>,
    /// The `before` of the next page.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub next: Option<WebhookDeliveryId>,
}
