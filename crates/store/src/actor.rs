//! The kinds of actors, as columns hold them.

use crate::{Error, FromColumn, Result, Row, Value};

/// What kind of actor did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ActorType {
    /// A teammate.
    Admin,
    /// A contact: in the messenger, by mail, or through a link that was sent to them.
    Contact,
    /// An app, on its own behalf.
    App,
    /// The server itself, or its operator.
    #[default]
    System,
}

impl ActorType {
    const ALL: [ActorType; 4] = [ActorType::Admin, ActorType::Contact, ActorType::App, ActorType::System];

    /// The name in columns and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            ActorType::Admin => "admin",
            ActorType::Contact => "contact",
            ActorType::App => "app",
            ActorType::System => "system",
        }
    }
}

impl FromColumn for ActorType {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        let Some(text) = row.opt_str(i)? else { return Ok(None) };
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.map(Some).ok_or_else(|| Error::column(i, format!("there is no actor of type {text:?}")))
    }
}

impl From<ActorType> for Value<'_> {
    fn from(kind: ActorType) -> Self {
        Value::Text(kind.as_str())
    }
}

impl From<&ActorType> for Value<'_> {
    fn from(kind: &ActorType) -> Self {
        (*kind).into()
    }
}
