//! The ways in which callers name a person.

use deskwire_store::WorkspaceTx;
use deskwire_store::contacts::{self as store, Key};

use crate::Cx;
use crate::contacts::{Contact, fold};
use crate::error::Result;
use crate::ids::ContactId;

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

/// How the store finds a contact by a key.
type Find = fn(&mut WorkspaceTx, Key<'_>) -> deskwire_store::Result<Option<Contact>>;

impl Person {
    /// The active user or lead of a reference, locked as referred to. An email names users only, because leads may
    /// share theirs.
    pub(crate) fn active(&self, cx: &mut Cx) -> Result<Option<Contact>> {
        self.find(cx, store::active)
    }

    /// The visitor of a reference, locked to be converted or changed.
    pub(crate) fn visitor(&self, cx: &mut Cx) -> Result<Option<Contact>> {
        self.find(cx, store::visitor)
    }

    fn find(&self, cx: &mut Cx, find: Find) -> Result<Option<Contact>> {
        let folded;
        let key = match self {
            Person::Id(text) => match ContactId::parse(text) {
                Some(id) => Key::Id(id),
                None => return Ok(None),
            },
            Person::UserId(text) => Key::ExternalId(text),
            Person::Email(text) => {
                folded = fold(text.trim());
                Key::Email(&folded)
            }
        };
        Ok(find(cx, key)?)
    }
}
