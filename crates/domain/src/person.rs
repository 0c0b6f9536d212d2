//! The ways in which callers name a person.

use deskwire_store::{Tx, contacts as store};

use crate::actor::Actor;
use crate::contacts::{Contact, fold};
use crate::error::Result;
use crate::ids;

/// A person as a caller names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// By the id we gave them.
    Id(String),
    /// By the caller's own id, which contacts call `external_id`.
    UserId(String),
    /// By email.
    Email(String),
}

impl Person {
    /// The active user or lead that is meant. An email names users only: leads may share theirs.
    pub(crate) fn active(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Contact>> {
        let found = match self {
            Person::Email(text) => store::user_by_email(tx, actor.workspace(), &fold(text.trim()))?,
            _ => self.by_id(tx, actor)?,
        };
        Ok(found.filter(|c| c.state == "active"))
    }

    /// The visitor that is meant.
    pub(crate) fn visitor(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Contact>> {
        let found = match self {
            Person::Email(text) => store::visitor_by_email(tx, actor.workspace(), &fold(text.trim()))?,
            _ => self.by_id(tx, actor)?,
        };
        Ok(found.filter(|c| c.state == "visitor"))
    }

    fn by_id(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<Contact>> {
        Ok(match self {
            Person::Id(text) => match ids::parse_hex(text) {
                Some(id) => store::get(tx, actor.workspace(), id)?,
                None => None,
            },
            Person::UserId(text) => store::by_external_id(tx, actor.workspace(), text)?,
            Person::Email(_) => None,
        })
    }
}
