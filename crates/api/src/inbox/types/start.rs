//! The data that the inbox loads at start.

use deskwire_domain::ids::{
    ConversationAttributeId, DataAttributeId, MacroId, TicketStateId, TicketTypeAttributeId, TicketTypeId,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Tag, Team, Teammate};

/// The signed-in teammate.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Me {
    /// The teammate as others see them.
    #[serde(flatten)]
    pub teammate: Teammate,
    /// The names of the permissions of their role.
    pub permissions: Vec<&'static str>,
    /// Their preferences, which only the inbox interprets.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub preferences: Map<String, Value>,
    /// The number of conversations with unread notifications; 100 for 100 and more.
    pub unread_notifications: i64,
}

/// The workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Workspace {
    /// Its id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The IANA name of the time zone.
    pub timezone: String,
    /// Whether it is a demo.
    pub demo: bool,
    /// Whether sent mail and webhooks can be viewed: in demos and on test servers.
    pub shows_sent: bool,
}

/// The kind of object that an attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum AttributeOwner {
    Contact,
    Company,
    Conversation,
    Ticket,
}

/// The id of an attribute, by the kind of object that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AttributeId {
    /// An attribute of contacts or companies.
    People(DataAttributeId),
    /// An attribute of conversations.
    Conversation(ConversationAttributeId),
    /// An attribute of a ticket type.
    Ticket(TicketTypeAttributeId),
}

/// An attribute of a kind of object.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttributeDefinition {
    /// Its id.
    #[cfg_attr(test, ts(as = "String"))]
    pub id: AttributeId,
    /// The kind of object.
    pub on: AttributeOwner,
    /// The name in the API.
    pub name: String,
    /// The name for people.
    pub label: String,
    /// The data type: `string`, `integer`, `float`, `boolean`, `date`, `datetime`, `list`, `files` or `relationship`.
    pub data_type: String,
    /// The values of a list.
    pub options: Option<Vec<String>>,
    /// Whether teammates can change it.
    pub writable: bool,
    /// Whether a teammate has to fill it in before they close a conversation.
    pub required: bool,
}

/// A ticket type.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct TicketType {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TicketTypeId,
    pub name: String,
    pub icon: Option<String>,
    pub category: String,
    pub attributes: Vec<AttributeDefinition>,
}

/// A ticket state. Archived ones are shown only for tickets that were in them.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct TicketState {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TicketStateId,
    pub category: String,
    pub internal_label: String,
    /// Whether its label for teammates is the initial one of every workspace. The inbox then shows it in the teammate's
    /// language.
    pub has_first_label: bool,
    pub external_label: String,
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub ticket_type_ids: Vec<TicketTypeId>,
    pub archived: bool,
}

/// A macro, without its text.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct MacroName {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: MacroId,
    pub name: String,
    pub has_actions: bool,
}

/// The order of a list of conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Sort {
    /// The last updated first.
    Newest,
    /// The last updated last.
    Oldest,
    /// The longest waiting first.
    Waiting,
    /// The highest priority first.
    Priority,
}

/// The kind of a view, by its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum ViewKind {
    Builtin,
    Own,
}

/// A view: a saved search of conversations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct View {
    /// Its id.
    pub id: String,
    /// The kind.
    pub kind: ViewKind,
    /// The name. That of a built-in view is translated by the inbox.
    pub name: String,
    /// The query, in the language of searches; null for built-in views.
    #[cfg_attr(test, ts(type = "Record<string, unknown> | null"))]
    pub query: Option<Map<String, Value>>,
    /// The order.
    pub sort: Sort,
    /// The number of open conversations; 100 for 100 and more.
    pub count: i64,
}

/// The data that the inbox loads at start.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Start {
    /// The id of this build of the inbox.
    pub build: &'static str,
    pub me: Me,
    pub workspace: Workspace,
    pub teammates: Vec<Teammate>,
    pub teams: Vec<Team>,
    pub tags: Vec<Tag>,
    pub ticket_types: Vec<TicketType>,
    pub ticket_states: Vec<TicketState>,
    pub attributes: Vec<AttributeDefinition>,
    pub macros: Vec<MacroName>,
    pub views: Vec<View>,
}
