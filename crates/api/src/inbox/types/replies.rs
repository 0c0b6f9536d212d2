//! What teammates write: replies, notes, drafts, files and macros. And their notifications.

use deskwire_domain::ids::{AdminId, AttachmentId, ConversationId, MacroId, NotificationId, PartId};
use serde::{Deserialize, Serialize};

use super::{Attachment, Changed, Draft, DraftKind, Failure, MacroDoes, Part, Row};

/// The change of the conversation's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ThenDo {
    /// It is closed.
    Close,
    /// It is snoozed.
    Snooze,
}

/// A message to be sent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewMessage {
    /// The kind.
    pub kind: DraftKind,
    /// The text.
    pub html: String,
    /// The teammate's uploads.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub attachment_ids: Vec<AttachmentId>,
    /// The last part that the teammate saw, `source` for the first message; null if newer ones do not matter.
    #[serde(default)]
    pub seen: Option<String>,
    /// Whether it is sent even if somebody else wrote after that part.
    #[serde(default)]
    pub force: bool,
    /// The change of the conversation's state when it is sent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub then: Option<ThenDo>,
    /// Until when the conversation is snoozed.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub snoozed_until: Option<i64>,
    /// When a reply is sent, if not now.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub send_at: Option<i64>,
    /// The macros whose actions run once a reply is sent.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub macro_ids: Vec<MacroId>,
    /// The teammates whom a note mentions.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub mentions: Vec<AdminId>,
    /// The `updated_at` of the draft that the message was written in, 0 for none. A newer draft stays; if omitted, any
    /// version is removed.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub base: Option<i64>,
}

/// A message that is forwarded.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Forwarded {
    /// Its conversation.
    #[cfg_attr(test, ts(as = "String"))]
    pub conversation_id: ConversationId,
    /// The part, `source` for the first message.
    pub part_id: String,
    /// Those of its files that are forwarded. The new message gets them without another upload.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub attachment_ids: Vec<AttachmentId>,
}

/// A conversation to be started.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NewConversation {
    /// The contact.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub contact_id: Option<String>,
    /// An email address instead of the contact. If no contact has it, a lead is created.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub email: Option<String>,
    /// The addresses that receive a copy of a mail.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub cc: Vec<String>,
    /// The addresses that receive a copy without being named.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub bcc: Vec<String>,
    /// The text.
    pub html: String,
    /// The teammate's uploads.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub attachment_ids: Vec<AttachmentId>,
    /// The messages that it forwards, with the files to forward.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<Forwarded>>", optional))]
    pub forwarded: Vec<Forwarded>,
    /// `messenger`, the default, or `email`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub channel: Option<String>,
    /// The subject of a mail.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub subject: Option<String>,
}

/// The recipient of a held conversation, as the teammate chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HeldRecipient {
    /// The contact; null for an email address.
    pub id: Option<String>,
    /// The name when the message was written.
    pub name: String,
    /// The email address.
    pub email: Option<String>,
}

/// The message of a held conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HeldMessage {
    /// The recipient.
    pub to: HeldRecipient,
    /// The addresses that receive a copy of a mail.
    pub cc: Vec<String>,
    /// The addresses that receive a copy without being named.
    pub bcc: Vec<String>,
    /// `messenger` or `email`.
    pub channel: String,
    /// The subject of a mail; empty if there is none.
    pub subject: String,
    /// The text.
    pub html: String,
    /// The files, also those that it forwards.
    pub attachments: Vec<Attachment>,
}

/// A conversation that a teammate starts, which is held for a moment before it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HeldConversation {
    /// The id, which is not that of the conversation.
    pub id: String,
    /// When it is sent.
    pub held_until: i64,
    /// The conversation, once it is sent.
    pub conversation_id: Option<String>,
    /// Why it was not sent.
    pub error: Option<Failure>,
    /// The message; null once it is sent, and in the answer to the request that brought it.
    pub message: Option<HeldMessage>,
}

/// The conversations of a teammate that are held or could not be sent.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HeldConversations {
    /// In the order in which they were written.
    pub items: Vec<HeldConversation>,
}

/// A message that was sent, or a reply that is held.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Sent {
    /// The conversation in lists. For a reply that is held for a moment, it is the conversation as it is once that is
    /// sent.
    pub row: Row,
    /// The message, with `held_until` if it can still be withdrawn.
    pub part: Part,
    /// The draft that is left, because another device has changed it; null if there is none.
    pub draft: Option<Draft>,
}

/// A reply that was withdrawn.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Withdrawn {
    /// The conversation in lists.
    pub row: Row,
    /// The draft that it became.
    pub draft: Draft,
    /// The `updated_at` of the draft before; 0 if there was none.
    pub base: i64,
}

/// A draft to be saved.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SaveDraft {
    /// The text. A draft without text and files is discarded.
    pub html: String,
    /// The teammate's uploads.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub attachment_ids: Vec<AttachmentId>,
    /// The `updated_at` of the draft that it replaces; 0 for none.
    pub base: i64,
}

/// The draft to be discarded.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DiscardDraft {
    /// Its `updated_at`. If omitted, any version is discarded.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub base: Option<i64>,
}

/// A draft after a change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SavedDraft {
    /// The current draft; null if there is none.
    pub draft: Option<Draft>,
}

/// The macro to be applied.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ApplyMacro {
    /// The id of the macro.
    #[cfg_attr(test, ts(as = "String"))]
    pub macro_id: MacroId,
}

/// An action of a macro on a conversation.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum MacroAction {
    Assign { admin_id: String },
    AssignTeam { team_id: String },
    Tag { tag_id: String },
    Note { html: String },
    Snooze { until: i64 },
    Close,
}

/// A macro, rendered for a conversation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilledMacro {
    /// The text, with the placeholders replaced.
    pub html: String,
    /// The actions.
    pub actions: Vec<MacroAction>,
    /// The actions that are skipped because their object no longer exists, or because closing needs attributes.
    pub missing: Vec<MacroDoes>,
}

/// A conversation to which a macro was applied.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppliedMacro {
    /// The conversation after the actions, and the parts that were added.
    #[serde(flatten)]
    pub changed: Changed,
    /// The actions that were skipped because their object no longer exists, or because closing needs attributes.
    pub skipped: Vec<MacroDoes>,
}

/// A notification of a teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Notification {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: NotificationId,
    /// The topic of the event.
    pub topic: String,
    /// The event in a sentence.
    pub text: String,
    /// The beginning of the message that the event is about, as plain text of at most 140 characters; empty if it has no
    /// text, null if the event is about no message.
    pub excerpt: Option<String>,
    /// The conversation of the event.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub conversation_id: Option<ConversationId>,
    /// The part of the event.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub part_id: Option<PartId>,
    /// Whether it was read.
    pub read: bool,
    /// When the event happened.
    pub at: i64,
}

/// A teammate's newest notifications.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Notifications {
    /// At most 100 notifications, newest first.
    pub items: Vec<Notification>,
    /// Their conversations, without those that the teammate may not see.
    pub conversations: Vec<Row>,
    /// The number of conversations with unread notifications, among the newest 1000.
    pub unread: i64,
}

/// The notifications that were read: exactly one of these fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadNotifications {
    /// The ids of notifications.
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub ids: Option<Vec<NotificationId>>,
    /// All notifications up to this one.
    #[cfg_attr(test, ts(as = "Option<String>", optional))]
    pub up_to: Option<NotificationId>,
    /// All notifications about this conversation.
    #[cfg_attr(test, ts(as = "Option<String>", optional))]
    pub conversation_id: Option<ConversationId>,
}

/// The unread notifications.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UnreadNotifications {
    /// The number of conversations that they are about, among the newest 1000.
    pub unread: i64,
}
