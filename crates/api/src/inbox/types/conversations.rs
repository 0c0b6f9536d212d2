//! Conversations, their parts, and the actions on them.

use deskwire_domain::ids::{AdminId, AttachmentId, ConversationId, PartId, TagId, TeamId, TicketStateId, TicketTypeId};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::Person;

/// The ticket of a conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct RowTicket {
    pub number: String,
    /// The name of the ticket type.
    pub r#type: String,
    #[cfg_attr(test, ts(as = "String"))]
    pub type_id: TicketTypeId,
    pub icon: Option<String>,
    /// The state's label for teammates.
    pub state: String,
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub state_id: Option<TicketStateId>,
    pub category: String,
}

/// The author of the message that a row quotes.
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

/// The priority of a conversation.
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
    #[cfg_attr(test, ts(as = "String"))]
    pub id: ConversationId,
    /// The ticket, if the conversation is one.
    pub ticket: Option<RowTicket>,
    /// The first contact.
    pub contact: Option<Person>,
    /// The number of further contacts.
    pub more_contacts: i64,
    /// The title, or the subject.
    pub title: Option<String>,
    /// The beginning of the last message, as plain text of at most 140 characters.
    pub excerpt: String,
    /// The author of that message.
    pub excerpt_by: ExcerptBy,
    /// The name of that author.
    pub last_author: Option<String>,
    /// When that message was written.
    pub last_at: i64,
    /// The state.
    pub state: ConversationState,
    /// The priority.
    pub priority: Priority,
    /// The teammate to whom it is assigned.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub admin_assignee_id: Option<AdminId>,
    /// The team to which it is assigned.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub team_assignee_id: Option<TeamId>,
    /// The ids of the tags.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub tag_ids: Vec<TagId>,
    /// Since when a contact has been waiting for an answer.
    pub waiting_since: Option<i64>,
    /// Until when it is snoozed.
    pub snoozed_until: Option<i64>,
    /// When it was created.
    pub created_at: i64,
    /// When it was last updated.
    pub updated_at: i64,
    /// The id of the last part.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub last_part_id: Option<PartId>,
    /// Whether there is a part that the teammate has not read.
    pub unread: bool,
    /// Whether there is an unread mention of the teammate.
    pub mentioned: bool,
    /// The channel of the first message, such as `email` or `messenger`.
    pub channel: String,
    /// Whether the teammate has a draft in it.
    pub draft: bool,
}

/// The kind of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PartKind {
    /// A message, visible to contacts.
    Message,
    /// A note, visible to teammates only.
    Note,
    /// An event.
    Event,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Attachment {
    /// The id; null for files that are stored elsewhere.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub id: Option<AttachmentId>,
    /// The file name.
    pub name: String,
    /// The URL.
    pub url: String,
    /// The media type.
    pub content_type: String,
    /// The size in bytes.
    pub size: i64,
    /// The width of an image in pixels.
    pub width: Option<i64>,
    /// The height of an image in pixels.
    pub height: Option<i64>,
}

/// The id of the first message of a conversation.
const SOURCE: &str = "source";

/// The id of a message in a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartRef {
    /// The first message, `source`.
    Source,
    /// A part.
    Part(PartId),
}

impl PartRef {
    /// Returns the message that a row names; the first message is 0.
    pub const fn of(row: PartId) -> Self {
        match row.number() {
            0 => Self::Source,
            _ => Self::Part(row),
        }
    }

    /// The id as rows hold it; 0 for the first message.
    pub const fn row(self) -> PartId {
        match self {
            Self::Source => PartId::new(0),
            Self::Part(id) => id,
        }
    }

    /// Parses the id; `None` if no message has this form of id.
    pub fn parse(text: &str) -> Option<Self> {
        if text == SOURCE { Some(Self::Source) } else { PartId::parse(text).map(Self::Part) }
    }
}

impl Serialize for PartRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Source => serializer.serialize_str(SOURCE),
            Self::Part(id) => id.serialize(serializer),
        }
    }
}

/// A part of a conversation. Its first message is the part with the id `source`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Part {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: PartRef,
    /// The kind.
    pub kind: PartKind,
    /// The type in the API.
    pub part_type: String,
    /// Who wrote or caused the part.
    pub author: Person,
    /// The text, sanitized by the server.
    pub html: Option<String>,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// When it was written.
    pub at: i64,
    /// Whether its text was redacted.
    pub redacted: bool,
    /// The event: an object with its `type` and the fields of that type.
    #[cfg_attr(test, ts(type = "({ type: string } & Record<string, unknown>) | null"))]
    pub event: Option<Map<String, Value>>,
    /// Until when only teammates see it and its author can withdraw it.
    pub held_until: Option<i64>,
    /// The subject of a mail.
    pub subject: Option<String>,
}

/// The kind of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum DraftKind {
    Reply,
    Note,
}

/// A draft of the teammate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Draft {
    /// The kind of part that the draft becomes.
    pub kind: DraftKind,
    /// The text.
    pub html: String,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// When the draft was last changed. The next change specifies this time as its `base`.
    pub updated_at: i64,
}

/// An action on a conversation.
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
