//! What teammates write: replies, notes, drafts, files and macros; and what they were notified of.

use deskwire_domain::ids::{AdminId, AttachmentId, ConversationId, MacroId, NotificationId};
use serde::{Deserialize, Serialize};

use super::{Changed, Draft, DraftKind, MacroDoes, Part, Row};

/// What becomes of the conversation.
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
    /// What it is.
    pub kind: DraftKind,
    /// Its text.
    pub html: String,
    /// Uploads of the teammate.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub attachment_ids: Vec<AttachmentId>,
    /// The last part that the teammate saw, `source` for the first message; null if newer ones do not matter.
    #[serde(default)]
    pub seen: Option<String>,
    /// Whether it is sent even if somebody else wrote after that.
    #[serde(default)]
    pub force: bool,
    /// What becomes of the conversation when it is sent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub then: Option<ThenDo>,
    /// Until when it is snoozed.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub snoozed_until: Option<i64>,
    /// When a reply is sent, if not now.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub send_at: Option<i64>,
    /// The teammates whom a note mentions.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub mentions: Vec<AdminId>,
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
    /// The address of somebody instead. One that no contact has becomes a lead.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub email: Option<String>,
    /// The addresses that get a copy of a mail.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub cc: Vec<String>,
    /// What is said.
    pub html: String,
    /// `messenger`, the default, or `email`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub channel: Option<String>,
    /// The subject of a mail.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub subject: Option<String>,
}

/// A message that was written, or a reply that is held.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Sent {
    /// The conversation as lists show it; as it will be once the reply is sent, where that is in a moment.
    pub row: Row,
    /// The message; with `held_until`, if it can still be withdrawn.
    pub part: Part,
}

/// A reply that was withdrawn.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Withdrawn {
    /// The conversation as lists show it.
    pub row: Row,
    /// What it is now.
    pub draft: Draft,
}

/// A draft as it is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SaveDraft {
    /// Its text; a draft without text and files is discarded.
    pub html: String,
    /// Uploads of the teammate.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub attachment_ids: Vec<AttachmentId>,
    /// `updated_at` of the draft that it replaces; 0 for none.
    pub base: i64,
}

/// Which draft is discarded.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DiscardDraft {
    /// Its `updated_at`; any, if this is left out.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub base: Option<i64>,
}

/// A draft after a change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SavedDraft {
    /// As it is now; null if there is none.
    pub draft: Option<Draft>,
}

/// A macro to be applied.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ApplyMacro {
    /// Which one.
    #[cfg_attr(test, ts(as = "String"))]
    pub macro_id: MacroId,
}

/// What a macro does with a conversation.
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

/// A macro for a conversation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct FilledMacro {
    /// What it says, its placeholders filled.
    pub html: String,
    /// What it does.
    pub actions: Vec<MacroAction>,
    /// What it no longer does, because what is named does not exist any more.
    pub missing: Vec<MacroDoes>,
}

/// A conversation that a macro was applied to.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AppliedMacro {
    /// The conversation after it, and the parts that were written.
    #[serde(flatten)]
    pub changed: Changed,
    /// What was skipped, because what is named does not exist any more.
    pub skipped: Vec<MacroDoes>,
}

/// What a teammate was notified of.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Notification {
    /// Its id.
    pub id: String,
    /// The topic of the event.
    pub topic: String,
    /// What happened, as a sentence.
    pub text: String,
    /// The conversation that it is about.
    pub conversation_id: Option<String>,
    /// The part that it is about.
    pub part_id: Option<String>,
    /// Whether it was read.
    pub read: bool,
    /// When it happened.
    pub at: i64,
}

/// The newest notifications of a teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Notifications {
    /// At most 100, newest first.
    pub items: Vec<Notification>,
    /// The conversations that they are about, without those that the teammate may not see.
    pub conversations: Vec<Row>,
    /// How many are unread; 1000 for 1000 and more.
    pub unread: i64,
}

/// Which notifications were read: one of these.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadNotifications {
    /// These.
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub ids: Option<Vec<NotificationId>>,
    /// All up to this one.
    #[cfg_attr(test, ts(as = "Option<String>", optional))]
    pub up_to: Option<NotificationId>,
    /// Those about this conversation.
    #[cfg_attr(test, ts(as = "Option<String>", optional))]
    pub conversation_id: Option<ConversationId>,
}

/// What is left to be read.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct UnreadNotifications {
    /// 1000 for 1000 and more.
    pub unread: i64,
}
