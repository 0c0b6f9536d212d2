//! The author of a message or action in a conversation.

use deskwire_store::Dialect;
use deskwire_store::admins as admin_rows;
use deskwire_store::contacts as contact_rows;
use deskwire_store::contacts::ContactRole;
use deskwire_store::conversations::AuthorType;

use crate::Cx;
use crate::actor::Principal;
use crate::contacts::{self, Contact, Input, fold};
use crate::error::{ErrorKind, Result};
use crate::ids::{AdminId, ContactId};
use crate::person::Person;
use crate::phone::Phone;

/// The author of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A teammate.
    Admin(AdminId),
    /// A user.
    User(ContactId),
    /// A lead.
    Lead(ContactId),
    /// The system itself.
    Bot,
}

impl Author {
    /// Returns the author that a row names.
    pub const fn of_row(kind: AuthorType, id: i64) -> Self {
        match kind {
            AuthorType::Admin => Author::Admin(AdminId::new(id)),
            AuthorType::User => Author::User(ContactId::new(id)),
            AuthorType::Lead => Author::Lead(ContactId::new(id)),
            AuthorType::Bot => Author::Bot,
        }
    }

    /// Returns the author type in rows.
    pub const fn kind(self) -> AuthorType {
        match self {
            Author::Admin(_) => AuthorType::Admin,
            Author::User(_) => AuthorType::User,
            Author::Lead(_) => AuthorType::Lead,
            Author::Bot => AuthorType::Bot,
        }
    }

    /// Returns the number of the id in rows; 0 for the system.
    pub const fn id(self) -> i64 {
        match self {
            Author::Admin(id) => id.number(),
            Author::User(id) | Author::Lead(id) => id.number(),
            Author::Bot => 0,
        }
    }

    /// Returns the id in the form of the API; `0` for the system.
    pub fn public_id(self) -> String {
        match self {
            Author::Admin(id) => id.to_string(),
            Author::User(id) | Author::Lead(id) => id.to_string(),
            Author::Bot => "0".to_owned(),
        }
    }

    /// Returns whether the author is a contact.
    pub const fn is_contact(self) -> bool {
        matches!(self, Author::User(_) | Author::Lead(_))
    }

    /// Returns a contact as an author.
    pub fn of(contact: &Contact) -> Self {
        if contact.role == ContactRole::User { Author::User(contact.id) } else { Author::Lead(contact.id) }
    }
}

/// Returns the actor as an author. Apps write as the system.
pub(crate) fn acting(cx: &mut Cx) -> Result<Author> {
    Ok(match cx.actor().principal {
        Principal::Admin(id) => Author::Admin(id),
        Principal::Contact(id) => contact_rows::get(cx, id)?.map_or(Author::Bot, |contact| Author::of(&contact)),
        Principal::App(_) | Principal::System => Author::Bot,
    })
}

/// Returns the id of the admin on whose behalf the caller acts. Fails if there is no such admin.
pub fn admin(cx: &mut Cx, id: &str) -> Result<AdminId> {
    let found = match AdminId::parse(id) {
        Some(id) => admin_rows::get(cx, id)?,
        None => None,
    };
    found.map(|admin| admin.id).ok_or_else(|| ErrorKind::AdminNotFound.into())
}

/// Returns the active contact that a reference names, locked against deletion. An email address that no user has may be
/// a lead's.
pub(crate) fn contact(cx: &mut Cx, who: &Person) -> Result<Option<Contact>> {
    if let Some(found) = who.active(cx)? {
        return Ok(Some(found));
    }
    let Person::Email(email) = who else { return Ok(None) };
    let key = fold(email.trim());
    // The first of several contacts may be deleted while this waits for its lock. Then the next one is used.
    for _ in 0..2 {
        let found = contact_rows::active_by_email(cx, &key)?;
        if found.is_some() || cx.dialect() == Dialect::Sqlite {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Like [`contact`], but creates a lead for an unknown email address.
pub(crate) fn contact_or_lead(cx: &mut Cx, who: &Person) -> Result<Option<Contact>> {
    let found = contact(cx, who)?;
    let (None, Person::Email(email)) = (&found, who) else { return Ok(found) };
    contacts::check_email(email.trim())?;
    // Leads may share an email address, so no unique index prevents two concurrent requests from creating two leads.
    cx.guard("contact of email", &fold(email.trim()))?;
    if let Some(found) = contact(cx, who)? {
        return Ok(Some(found));
    }
    Ok(Some(contacts::create(cx, &Input::lead(email))?.contact))
}

/// Returns the active contact with this phone number, users first. Creates a lead for an unknown number.
pub(crate) fn contact_or_lead_of_phone(cx: &mut Cx, phone: &Phone) -> Result<Contact> {
    let number = phone.to_call()?;
    if let Some(found) = contact_rows::active_by_phone(cx, &number)? {
        return Ok(found);
    }
    cx.guard("contact of phone", &number)?;
    match contact_rows::active_by_phone(cx, &number)? {
        Some(found) => Ok(found),
        None => Ok(contacts::create(cx, &Input::lead_of_phone(phone))?.contact),
    }
}
