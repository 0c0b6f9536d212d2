//! People in conversations.

use deskwire_domain::ids::{AdminId, ContactId, TagId, TeamId};
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

/// The id of a person who has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PersonId {
    Contact(ContactId),
    Admin(AdminId),
}

/// A participant of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Person {
    /// The kind.
    pub r#type: PersonType,
    /// The id; null for bots and the system.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub id: Option<PersonId>,
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
    #[cfg_attr(test, ts(as = "String"))]
    pub id: AdminId,
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
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TeamId,
    pub name: String,
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub member_ids: Vec<AdminId>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct Tag {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TagId,
    pub name: String,
}
