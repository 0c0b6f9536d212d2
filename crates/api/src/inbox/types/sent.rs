//! What a demo or a test server sent.

use serde::Serialize;

use super::WebhookDelivery;

/// The state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum MailState {
    /// It waits: for its time, or for a mail server.
    Pending,
    /// The mail server took it.
    Sent,
    /// It was not needed or not wanted.
    Dropped,
    /// The address does not exist.
    Bounced,
    /// It cannot be sent.
    Failed,
}

/// A mail, as a list shows it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMail {
    /// Its id.
    pub id: String,
    /// Its address.
    pub to: Option<String>,
    /// Whether it is for a teammate.
    pub to_teammate: bool,
    /// Its subject, or the title of the conversation that it is about.
    pub subject: Option<String>,
    /// Its state.
    pub state: MailState,
    /// Why it is in this state.
    pub why: Option<String>,
    /// The conversation that it is about.
    pub conversation_id: Option<String>,
    /// When it was written down.
    pub created_at: i64,
    /// When it was sent.
    pub sent_at: Option<i64>,
    /// When it is sent, if it waits.
    pub due_at: Option<i64>,
}

/// A page of mails, newest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMails {
    /// The mails.
    pub items: Vec<SentMail>,
    /// The `before` of the next page.
    pub next: Option<String>,
}

/// What is in a mail. Its HTML is at `/app/v1/sent/mails/{id}/body`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentMailDetail {
    /// The sender.
    pub from: String,
    /// The recipients.
    pub to: Vec<String>,
    /// Those who get a copy.
    pub cc: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// All of it, as it goes to a mail server.
    pub raw: String,
    /// Whether that is only its beginning.
    pub is_cut: bool,
}

/// A mail, with what is in it unless it would not be sent any more.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneSentMail {
    /// What is in it.
    pub content: Option<SentMailDetail>,
    /// Why there is nothing.
    pub why: Option<String>,
}

/// A page of deliveries to all endpoints, newest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentWebhooks {
    /// The deliveries.
    pub items: Vec<WebhookDelivery>,
    /// The `before` of the next page.
    pub next: Option<String>,
}
