//! People in conversations.

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

/// A participant of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Person {
    /// The kind.
    pub r#type: PersonType,
    /// The id; null for the system.
    pub id: Option<String>,
    /// The name, or else the email address, or else the phone number. Empty if none is known: each language has a word
    /// for that.
    pub name: String,
    /// The URL of the avatar.
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
    /// The URL of the avatar.
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
