//! References to people in requests.

use deskwire_store::WorkspaceTx;
use deskwire_store::contacts::{self as store, Key};
use serde::{Deserialize, Serialize};

use crate::Cx;
use crate::contacts::{Contact, fold};
use crate::error::Result;
use crate::ids::ContactId;

/// A reference to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// By id.
    Id(String),
    /// By the client's id, which is the contact's `external_id`.
    UserId(String),
    /// By email address.
    Email(String),
}

/// A function of the store that finds a contact by a key.
type Find = fn(&mut WorkspaceTx, Key<'_>) -> deskwire_store::Result<Option<Contact>>;

impl Person {
    /// The active user or lead, locked against deletion. An email address refers to users only, because leads may share
    /// one.
    pub(crate) fn active(&self, cx: &mut Cx) -> Result<Option<Contact>> {
        self.find(cx, store::active)
    }

    /// The visitor, locked for update.
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
