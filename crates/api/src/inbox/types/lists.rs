//! Lists of conversations, threads, the results of actions, and search results.

use std::collections::BTreeMap;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{CompanyId, ContactId, ConversationId, PartId, TagId, TicketStateId, TicketTypeId};
use deskwire_domain::inbox::actions;
use deskwire_domain::inbox::views::ViewSort;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Action, Draft, Part, PartRef, Person, Priority, Row, Sort, View};

/// A window of a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RowPage {
    /// The rows, in order.
    pub items: Vec<Row>,
    /// The cursor of the next window, if there is one.
    pub next: Option<String>,
}

/// The numbers of open conversations in views.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Counts {
    /// The numbers by view id; 100 for 100 and more.
    pub counts: BTreeMap<String, usize>,
}

/// Some parts of a conversation, oldest first.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Parts {
    /// The parts.
    pub parts: Vec<Part>,
    /// The part before which there are more.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub before: Option<PartId>,
}

/// The company of a conversation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct LinkedCompany {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: CompanyId,
    /// The workspace's own id of the company.
    pub company_id: String,
    pub name: Option<String>,
}

/// The ticket of a conversation.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TicketDetail {
    /// The id of the ticket type.
    #[cfg_attr(test, ts(as = "String"))]
    pub type_id: TicketTypeId,
    /// The id of the state.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub state_id: Option<TicketStateId>,
    /// Whether the customer sees it.
    pub is_shared: bool,
    /// The attributes, by name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub attributes: Map<String, Value>,
}

/// The statistics of a conversation. Times are unix seconds, durations are seconds.
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

/// A conversation that was merged into another one.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MergedConversation {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: ConversationId,
    /// The part of the other conversation that records the merge; null if an older release merged it.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub part_id: Option<PartId>,
    /// The beginning of its first message, as plain text of at most 140 characters.
    pub excerpt: String,
    /// The number of its messages and notes.
    pub messages: i64,
}

/// A conversation with its details.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConversationDetail {
    /// Its row in lists.
    pub row: Row,
    /// The contacts, in the order in which they joined.
    pub contacts: Vec<Person>,
    /// The custom attributes, by name.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub attributes: Map<String, Value>,
    /// The ticket, if the conversation is one.
    pub ticket: Option<TicketDetail>,
    /// The linked conversations and tickets.
    pub linked: Vec<Row>,
    /// The company.
    pub company: Option<LinkedCompany>,
    /// The rating by a contact.
    #[cfg_attr(test, ts(type = "Record<string, unknown> | null"))]
    pub rating: Option<Value>,
    /// The statistics.
    pub statistics: ConversationStatistics,
    /// The conversation that it was merged into.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub merged_into: Option<ConversationId>,
    /// The conversations that were merged into it.
    pub merged: Vec<MergedConversation>,
    /// The newest parts, oldest first.
    pub parts: Vec<Part>,
    /// The part before which there are more.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub before: Option<PartId>,
    /// The teammate's drafts.
    pub drafts: Vec<Draft>,
    /// The last part that the teammate has read; `source` if it is the first message, null if they have read none.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub read_part_id: Option<PartRef>,
}

/// A conversation after a change.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Changed {
    /// Its row in lists.
    pub row: Row,
    /// The parts that the change added.
    pub parts: Vec<Part>,
}

/// Why an action on one of several conversations failed, or why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Failure {
    pub code: String,
    pub message: String,
    pub field: Option<String>,
}

impl Failure {
    /// The failure with this error.
    pub fn of(error: &Error) -> Self {
        Self {
            code: error.kind.code().to_owned(),
            message: error.message.to_string(),
            field: error.field.as_ref().map(ToString::to_string),
        }
    }
}

/// The result of an action on one of several conversations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Outcome {
    /// The id in the request.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: ConversationId,
    /// The conversation after the change; none if it was deleted. For a merged one, the one that it was merged into.
    pub row: Option<Row>,
    /// Why it was not changed.
    pub error: Option<Failure>,
}

/// The results of an action on several conversations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Outcomes {
    /// The results, in the order of the request.
    pub results: Vec<Outcome>,
}

/// Two conversations after one was merged into the other, or the merge was undone.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Merged {
    /// The conversation that was merged.
    pub row: Row,
    /// The conversation that it was merged into.
    pub into: Row,
}

/// A conversation that matches a search.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Hit {
    /// Its row in lists.
    pub row: Row,
    /// The part that matches; null for the first message.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub part_id: Option<PartId>,
    /// An excerpt of its text, as HTML with the matches in `<mark>` and no other element.
    pub excerpt_html: String,
}

/// A page of search results.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SearchPage {
    /// The conversations: the newest ones of the contacts, then those with the newest matching message.
    pub conversations: Vec<Hit>,
    /// The contacts, on the first page only.
    pub contacts: Vec<Person>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// The views of a teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Views {
    /// The views, oldest first.
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
    /// The order as the database stores it.
    pub const fn row(self) -> ViewSort {
        match self {
            Self::Newest => ViewSort::Newest,
            Self::Oldest => ViewSort::Oldest,
            Self::Waiting => ViewSort::Waiting,
            Self::Priority => ViewSort::Priority,
        }
    }

    /// The order that the database stores.
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
    /// The name in the domain.
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
    /// The action of the domain. Fails if an id is invalid.
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
