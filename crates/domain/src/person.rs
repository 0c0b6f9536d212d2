//! The ways in which callers name a person.

use deskwire_store::Hold;
use deskwire_store::contacts::{self as store, Key};

use crate::Cx;
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
    /// The active user or lead that is meant; a write refers to them. An email names users only: leads may share theirs.
    pub(crate) fn active(&self, cx: &mut Cx) -> Result<Option<Contact>> {
        self.in_state(cx, "active", Hold::Reference)
    }

    /// The visitor that is meant. A write makes something else of them, or changes them.
    pub(crate) fn visitor(&self, cx: &mut Cx) -> Result<Option<Contact>> {
        self.in_state(cx, "visitor", Hold::End)
    }

    fn in_state(&self, cx: &mut Cx, state: &'static str, hold: Hold) -> Result<Option<Contact>> {
        let folded;
        let key = match self {
            Person::Id(text) => match ids::parse_hex(text) {
                Some(id) => Key::Id(id),
                None => return Ok(None),
            },
            Person::UserId(text) => Key::ExternalId(text),
            Person::Email(text) => {
                folded = fold(text.trim());
                if state == "visitor" { Key::Email(&folded) } else { Key::UserEmail(&folded) }
            }
        };
        Ok(store::in_state(cx, key, state, hold)?)
    }
}
