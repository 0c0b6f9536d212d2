//! Conversations, their parts, and what is done to them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Person;

/// The ticket of a conversation, in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct RowTicket {
    pub number: String,
    /// The name of its type.
    pub r#type: String,
    pub icon: Option<String>,
    /// The label of its state for teammates.
    pub state: String,
    pub state_id: Option<String>,
    pub category: String,
}

/// Who wrote what a row quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum ExcerptBy {
    Contact,
    Admin,
    Bot,
    Note,
    System,
}

/// The state of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum ConversationState {
    Open,
    Snoozed,
    Closed,
}

/// How urgent a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum Priority {
    None,
    Low,
    Medium,
    High,
    Urgent,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Row {
    /// The conversation's id.
    pub id: String,
    /// Its ticket, if it is one.
    pub ticket: Option<RowTicket>,
    /// The first contact.
    pub contact: Option<Person>,
    /// How many more contacts there are.
    pub more_contacts: i64,
    /// Its title, or its subject.
    pub title: Option<String>,
    /// The beginning of the last message, as plain text of at most 140 characters.
    pub excerpt: String,
    /// Who wrote it.
    pub excerpt_by: ExcerptBy,
    /// The name of who wrote it.
    pub last_author: Option<String>,
    /// Its state.
    pub state: ConversationState,
    /// How urgent it is.
    pub priority: Priority,
    /// The teammate it is assigned to.
    pub admin_assignee_id: Option<String>,
    /// The team it is assigned to.
    pub team_assignee_id: Option<String>,
    /// Its tags.
    pub tag_ids: Vec<String>,
    /// Since when a contact has waited for an answer.
    pub waiting_since: Option<i64>,
    /// Until when it is snoozed.
    pub snoozed_until: Option<i64>,
    /// When it began.
    pub created_at: i64,
    /// When it last changed.
    pub updated_at: i64,
    /// The last part.
    pub last_part_id: Option<String>,
    /// Whether there is something that the teammate has not read.
    pub unread: bool,
    /// Whether the teammate was mentioned and has not read it.
    pub mentioned: bool,
    /// How it came in, like `email` or `messenger`.
    pub channel: String,
    /// Whether the teammate has a draft in it.
    pub draft: bool,
}

/// What a part of a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PartKind {
    /// What contacts see.
    Message,
    /// What teammates alone see.
    Note,
    /// Something that happened.
    Event,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Attachment {
    /// Its id; null for files that are elsewhere.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Its media type.
    pub content_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// The width of an image in pixels.
    pub width: Option<i64>,
    /// The height of an image in pixels.
    pub height: Option<i64>,
}

/// A part of a conversation. Its first message is the part with the id `source`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Part {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: PartKind,
    /// Its type in the API.
    pub part_type: String,
    /// Who wrote or caused it.
    pub author: Person,
    /// Its text, which the server made harmless.
    pub html: Option<String>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// When it was written.
    pub at: i64,
    /// Whether its text was removed.
    pub redacted: bool,
    /// What happened: an object with its `type` and what belongs to it.
    #[cfg_attr(test, ts(type = "({ type: string } & Record<string, unknown>) | null"))]
    pub event: Option<Map<String, Value>>,
    /// Until when only teammates see it, and its author may withdraw it.
    pub held_until: Option<i64>,
    /// The subject of a mail.
    pub subject: Option<String>,
}

/// What a draft is to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum DraftKind {
    Reply,
    Note,
}

/// What a teammate has begun to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Draft {
    /// What it is to become.
    pub kind: DraftKind,
    /// Its text.
    pub html: String,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// When it was last changed, which the next change names as its `base`.
    pub updated_at: i64,
}

/// Something to do to a conversation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum Action {
    Assign {
        admin_id: Option<String>,
    },
    AssignTeam {
        team_id: Option<String>,
    },
    Close,
    Open,
    Snooze {
        until: i64,
    },
    Priority {
        priority: Priority,
    },
    Tag {
        tag_id: String,
    },
    Untag {
        tag_id: String,
    },
    Title {
        title: String,
    },
    Attribute {
        name: String,
        #[cfg_attr(test, ts(type = "unknown"))]
        value: Value,
    },
    TicketState {
        state_id: String,
    },
    TicketAttribute {
        name: String,
        #[cfg_attr(test, ts(type = "unknown"))]
        value: Value,
    },
    Read,
    Unread,
    AddContact {
        contact_id: String,
    },
    RemoveContact {
        contact_id: String,
    },
    Convert {
        ticket_type_id: String,
    },
}
