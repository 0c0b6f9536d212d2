//! What the inbox needs to open.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Tag, Team, Teammate};

/// The teammate who is signed in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Me {
    /// As others see them.
    #[serde(flatten)]
    pub teammate: Teammate,
    /// The names of what their role permits.
    pub permissions: Vec<&'static str>,
    /// What they prefer; only the inbox makes sense of it.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub preferences: Map<String, Value>,
    /// How many notifications they have not read; 100 for more than 99.
    pub unread_notifications: i64,
}

/// The workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Workspace {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// An IANA time zone name.
    pub timezone: String,
    /// Whether it is a demo.
    pub demo: bool,
    /// Whether what was sent can be looked at: in demos and on test servers.
    pub shows_sent: bool,
}

/// What an attribute is of.
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

/// An attribute that objects of a kind have.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttributeDefinition {
    /// Its id.
    pub id: String,
    /// What it is of.
    pub on: AttributeOwner,
    /// Its name in the API.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// `string`, `integer`, `float`, `boolean`, `date`, `datetime`, `list`, `files` or `relationship`.
    pub data_type: String,
    /// The values of a list.
    pub options: Option<Vec<String>>,
    /// Whether teammates may change it.
    pub writable: bool,
}

/// A type of tickets.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct TicketType {
    pub id: String,
    pub name: String,
    pub icon: Option<String>,
    pub category: String,
    pub attributes: Vec<AttributeDefinition>,
}

/// A state of tickets. Those that are archived are only shown where tickets were in them.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct TicketState {
    pub id: String,
    pub category: String,
    pub internal_label: String,
    /// Whether teammates know it by the word that every workspace begins with: languages have their own for it.
    pub has_first_label: bool,
    pub external_label: String,
    pub ticket_type_ids: Vec<String>,
    pub archived: bool,
}

/// A macro, without its text.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct MacroName {
    pub id: String,
    pub name: String,
    pub has_actions: bool,
}

/// The order of a list of conversations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Sort {
    /// The last change first.
    Newest,
    /// The last change last.
    Oldest,
    /// Those that have waited longest first.
    Waiting,
    /// The most urgent first.
    Priority,
}

/// Whose view it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum ViewKind {
    Builtin,
    Own,
}

/// A view: conversations that belong together.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct View {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub kind: ViewKind,
    /// Its name; that of a built-in one is for the catalogue of languages.
    pub name: String,
    /// What it shows, in the language of searches; null for built-in ones.
    #[cfg_attr(test, ts(type = "Record<string, unknown> | null"))]
    pub query: Option<Map<String, Value>>,
    /// Its order.
    pub sort: Sort,
    /// How many open conversations it has; 100 for more than 99.
    pub count: i64,
}

/// All that the inbox needs to open.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Start {
    /// What tells this build of the inbox from others.
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
