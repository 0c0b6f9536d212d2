//! People as conversations show them.

use serde::Serialize;

/// The kind of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum PersonType {
    Contact,
    Admin,
    Bot,
    System,
}

/// Somebody who takes part in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Person {
    /// What they are.
    pub r#type: PersonType,
    /// Their id; null for the system.
    pub id: Option<String>,
    /// Their name, else their email address, else their telephone number. Empty where none is known: each language has its word.
    pub name: String,
    /// The URL of their picture.
    pub avatar: Option<String>,
    /// Their email address.
    pub email: Option<String>,
}

/// A teammate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Teammate {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// The URL of their picture.
    pub avatar: Option<String>,
    /// Whether they are away.
    pub away: bool,
    /// The name of their role.
    pub role: Option<String>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Team {
    pub id: String,
    pub name: String,
    pub member_ids: Vec<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Tag {
    pub id: String,
    pub name: String,
}
