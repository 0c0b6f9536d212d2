//! Who says or does something in a conversation.

use deskwire_store::Tx;
use deskwire_store::admins as admin_rows;

use crate::actor::Actor;
use crate::contacts::{Contact, fold};
use crate::error::{Kind, Result};
use crate::{ids, person::Person};

/// The author of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A teammate.
    Admin(i64),
    /// A user.
    User(i64),
    /// A lead.
    Lead(i64),
    /// The system itself.
    Bot,
}

impl Author {
    /// What its rows call it.
    pub const fn kind(self) -> &'static str {
        match self {
            Author::Admin(_) => "admin",
            Author::User(_) => "user",
            Author::Lead(_) => "lead",
            Author::Bot => "bot",
        }
    }

    /// Its id; the system's is 0.
    pub const fn id(self) -> i64 {
        match self {
            Author::Admin(id) | Author::User(id) | Author::Lead(id) => id,
            Author::Bot => 0,
        }
    }

    /// Whether it is one of those the conversation is with.
    pub const fn is_contact(self) -> bool {
        matches!(self, Author::User(_) | Author::Lead(_))
    }

    /// The contact as an author.
    pub fn of(contact: &Contact) -> Self {
        if contact.role == "user" { Author::User(contact.id) } else { Author::Lead(contact.id) }
    }
}

/// The admin of this id, as callers name the one on whose behalf they act.
pub fn admin(tx: &mut Tx<'_>, actor: &Actor, id: &str) -> Result<i64> {
    let found = match ids::parse_decimal(id) {
        Some(id) => admin_rows::get(tx, actor.workspace(), id)?,
        None => None,
    };
    found.map(|admin| admin.id).ok_or_else(|| Kind::AdminNotFound.into())
}

/// The active contact that is meant. An email that no user has may be a lead's.
pub(crate) fn contact(tx: &mut Tx<'_>, actor: &Actor, who: &Person) -> Result<Option<Contact>> {
    if let Some(found) = who.active(tx, actor)? {
        return Ok(Some(found));
    }
    match who {
        Person::Email(email) => {
            let key = fold(email.trim());
            let found = deskwire_store::contacts::active_by_email(tx, actor.workspace(), &key)?;
            Ok(found.into_iter().next())
        }
        _ => Ok(None),
    }
}
