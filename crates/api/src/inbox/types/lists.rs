//! Lists of conversations, threads, what actions led to, and what searches found.

use std::collections::BTreeMap;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ContactId, TagId};
use deskwire_domain::inbox::actions;
use deskwire_domain::inbox::views::ViewSort;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Action, Draft, Part, Person, Priority, Row, Sort, View};

/// A window of a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RowPage {
    /// The rows, in order.
    pub items: Vec<Row>,
    /// The cursor of the next window, if there is more.
    pub next: Option<String>,
}

/// How many open conversations lists hold.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Counts {
    /// By the ids of views; 100 for 100 and more.
    pub counts: BTreeMap<String, usize>,
}

/// Some parts of a conversation, oldest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Parts {
    /// The parts.
    pub parts: Vec<Part>,
    /// The part before which there are more.
    pub before: Option<String>,
}

/// The company that a conversation is about.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct LinkedCompany {
    pub id: String,
    /// The workspace's own id of it.
    pub company_id: String,
    pub name: Option<String>,
}

/// What a conversation is as a ticket.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TicketDetail {
    /// The id of its type.
    pub type_id: String,
    /// The id of its state.
    pub state_id: Option<String>,
    /// Whether the customer sees it.
    pub is_shared: bool,
    /// The values of its attributes, by name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub attributes: Map<String, Value>,
}

/// The statistics of a conversation. Times are unix seconds, durations seconds.
#[derive(Debug, Clone, Copy, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ConversationStatistics {
    pub first_contact_reply_at: Option<i64>,
    pub first_admin_reply_at: Option<i64>,
    pub last_contact_reply_at: Option<i64>,
    pub last_admin_reply_at: Option<i64>,
    pub last_close_at: Option<i64>,
    pub time_to_admin_reply: Option<i64>,
    pub time_to_first_close: Option<i64>,
    pub median_time_to_reply: Option<i64>,
    pub reopens: i64,
    pub assignments: i64,
    pub parts: i64,
}

/// A conversation with all that is shown beside it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConversationDetail {
    /// As lists show it.
    pub row: Row,
    /// Its contacts, in the order in which they joined.
    pub contacts: Vec<Person>,
    /// The values of its custom attributes, by name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub attributes: Map<String, Value>,
    /// What it is as a ticket.
    pub ticket: Option<TicketDetail>,
    /// The conversations and tickets that it is linked to.
    pub linked: Vec<Row>,
    /// The company that it is about.
    pub company: Option<LinkedCompany>,
    /// How a contact rated it.
    #[cfg_attr(test, ts(type = "Record<string, unknown> | null"))]
    pub rating: Option<Value>,
    /// Its statistics.
    pub statistics: ConversationStatistics,
    /// The conversation that it was merged into.
    pub merged_into: Option<String>,
    /// Its newest parts, oldest first.
    pub parts: Vec<Part>,
    /// The part before which there are more.
    pub before: Option<String>,
    /// What the teammate has begun to write in it.
    pub drafts: Vec<Draft>,
    /// The last part that the teammate has read; 0 for the first message alone, null if they never read it.
    pub read_part_id: Option<String>,
}

/// A conversation after a change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Changed {
    /// As lists show it.
    pub row: Row,
    /// The parts that the change wrote.
    pub parts: Vec<Part>,
}

/// Why something was not done to one of many.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub field: Option<String>,
}

impl Failure {
    /// What an error says.
    pub fn of(error: &Error) -> Self {
        Self {
            code: error.kind.code().to_owned(),
            message: error.message.to_string(),
            field: error.field.as_ref().map(ToString::to_string),
        }
    }
}

/// What became of one of many.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Outcome {
    /// The conversation that was named.
    pub id: String,
    /// The conversation after the change: for a merged one, the one that it was merged into.
    pub row: Option<Row>,
    /// Why it was not changed.
    pub error: Option<Failure>,
}

/// What became of many.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Outcomes {
    /// In the order in which they were named.
    pub results: Vec<Outcome>,
}

/// Two conversations after one was merged into the other, or no longer is.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Merged {
    /// The one that was merged.
    pub row: Row,
    /// The one that it was merged into.
    pub into: Row,
}

/// A conversation that a search found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Hit {
    /// As lists show it.
    pub row: Row,
    /// The part that has the words; null for the first message.
    pub part_id: Option<String>,
    /// What is said there, as HTML with the words in `<mark>` and no other element.
    pub excerpt_html: String,
}

/// A page of what a search found.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchPage {
    /// Conversations, those first whose matching message is the newest.
    pub conversations: Vec<Hit>,
    /// Contacts, on the first page.
    pub contacts: Vec<Person>,
    /// The cursor of the next page, if there is more.
    pub next: Option<String>,
}

/// The views of a teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Views {
    /// Oldest first.
    pub items: Vec<View>,
}

/// A view after a change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the name says it")]
pub struct OneView {
    pub view: View,
}

impl Sort {
    /// As rows have it.
    pub const fn row(self) -> ViewSort {
        match self {
            Self::Newest => ViewSort::Newest,
            Self::Oldest => ViewSort::Oldest,
            Self::Waiting => ViewSort::Waiting,
            Self::Priority => ViewSort::Priority,
        }
    }

    /// That of a row.
    pub const fn of(sort: ViewSort) -> Self {
        match sort {
            ViewSort::Newest => Self::Newest,
            ViewSort::Oldest => Self::Oldest,
            ViewSort::Waiting => Self::Waiting,
            ViewSort::Priority => Self::Priority,
        }
    }
}

impl Priority {
    /// As the domain knows it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

impl Action {
    /// What is to be done, as the domain knows it.
    pub fn read(self) -> Result<actions::Action> {
        let tag =
            |id: &str| TagId::parse(id).ok_or_else(|| Error::invalid("tag_id must be the id of a tag").field("tag_id"));
        let contact = |id: &str| {
            ContactId::parse(id)
                .ok_or_else(|| Error::invalid("contact_id must be the id of a contact").field("contact_id"))
        };
        Ok(match self {
            Self::Assign { admin_id } => actions::Action::Assign(admin_id),
            Self::AssignTeam { team_id } => actions::Action::AssignTeam(team_id),
            Self::Close => actions::Action::Close,
            Self::Open => actions::Action::Open,
            Self::Snooze { until } => actions::Action::Snooze(until),
            Self::Priority { priority } => actions::Action::Priority(priority.text().to_owned()),
            Self::Tag { tag_id } => actions::Action::Tag(tag(&tag_id)?),
            Self::Untag { tag_id } => actions::Action::Untag(tag(&tag_id)?),
            Self::Title { title } => actions::Action::Title(Some(title)),
            Self::Attribute { name, value } => actions::Action::Attribute(name, value),
            Self::TicketState { state_id } => actions::Action::TicketState(state_id),
            Self::TicketAttribute { name, value } => actions::Action::TicketAttribute(name, value),
            Self::Read => actions::Action::Read,
            Self::Unread => actions::Action::Unread,
            Self::AddContact { contact_id } => actions::Action::AddContact(contact(&contact_id)?),
            Self::RemoveContact { contact_id } => actions::Action::RemoveContact(contact(&contact_id)?),
            Self::Convert { ticket_type_id } => actions::Action::Convert(ticket_type_id),
        })
    }
}
