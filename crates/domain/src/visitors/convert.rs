//! Converting a visitor to a contact.

use deskwire_store::contacts::{ContactRole, ContactState};
use deskwire_store::{contact_links, contacts as store};

use crate::Cx;
use crate::contacts::{self, ActivityType, Contact, Full};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::people_index;
use crate::person::Person;

/// The input of a conversion.
#[derive(Debug, Clone)]
pub struct Convert {
    /// The visitor.
    pub visitor: Person,
    /// `user` or `lead`.
    pub role: String,
    /// An existing contact's id.
    pub id: Option<String>,
    /// The external id of an existing contact, or of the new one.
    pub user_id: Option<String>,
    /// The email address of an existing user, or of the new contact.
    pub email: Option<String>,
}

/// Merges a visitor into the given contact, and deletes the visitor. If there is no such contact, the visitor becomes
/// the contact and keeps its id.
pub fn convert(cx: &mut Cx, input: &Convert) -> Result<Full> {
    let role = match input.role.as_str() {
        "user" => ContactRole::User,
        "lead" => ContactRole::Lead,
        _ => return Err(Error::invalid("type must be 'user' or 'lead'").field("type")),
    };
    let nameless = input.id.is_none() && input.user_id.is_none() && input.email.is_none();
    if role == ContactRole::User && nameless {
        return Err(Error::missing("user must have an id, a user_id or an email").field("user"));
    }
    match existing(cx, input)? {
        Some(contact) => merge(cx, input, &contact),
        None => become_known(cx, input, role),
    }
}

/// The existing contact to merge the visitor into.
fn existing(cx: &mut Cx, input: &Convert) -> Result<Option<Contact>> {
    if let Some(id) = &input.id {
        // Callers cannot choose ids, so an unknown one is an error.
        let found = Person::Id(id.clone()).active(cx)?;
        return found.map(Some).ok_or_else(|| ErrorKind::ContactNotFound.into());
    }
    if let Some(user_id) = &input.user_id {
        return Person::UserId(user_id.clone()).active(cx);
    }
    match &input.email {
        Some(email) => Person::Email(email.clone()).active(cx),
        None => Ok(None),
    }
}

fn merge(cx: &mut Cx, input: &Convert, contact: &Contact) -> Result<Full> {
    // Writes that lock a visitor never wait for a contact, so this cannot deadlock.
    let visitor = input.visitor.visitor(cx)?.ok_or(ErrorKind::VisitorNotFound)?;
    let contact = contacts::lock(cx, contact.id)?;
    if let Some(error) = contacts::email_conflict(cx, &visitor, &contact)? {
        return Err(error);
    }
    contact_links::move_all(cx, visitor.id, contact.id)?;
    // A visitor's first visit is not the user's sign-up.
    let merged = contacts::absorbed(cx, &Contact { signed_up_at: None, ..visitor.clone() }, &contact)?;
    store::delete(cx, visitor.id)?;
    store::update(cx, &contact, &merged)?;
    people_index::put_contact(cx, Some(&contact), &merged)?;
    events::emit(cx, contacts::topic(&merged, Topic::UserUpdated, Topic::LeadUpdated), merged.id, Nothing {})?;
    Full::load(cx, merged)
}

fn become_known(cx: &mut Cx, input: &Convert, role: ContactRole) -> Result<Full> {
    let visitor = input.visitor.visitor(cx)?.ok_or(ErrorKind::VisitorNotFound)?;
    let mut contact = Contact { state: ContactState::Active, role, updated_at: cx.now(), ..visitor.clone() };
    // The visitor's own ids are removed; a lead, which may have no others, keeps them.
    match &input.user_id {
        Some(user_id) => contact.external_id = Some(user_id.clone()),
        None if role == ContactRole::User => contact.external_id = None,
        None => {}
    }
    if let Some(email) = &input.email {
        contacts::set_email(&mut contact, Some(email))?;
    }
    if let Some(error) = contacts::conflict(cx, &contact)? {
        return Err(error);
    }
    store::update(cx, &visitor, &contact)?;
    people_index::put_contact(cx, None, &contact)?;
    contacts::record_activity(cx, ActivityType::Created, &contact)?;
    let topic = contacts::topic(&contact, Topic::UserCreated, Topic::LeadCreated);
    events::emit(cx, topic, contact.id, Nothing {})?;
    if role == ContactRole::User {
        events::emit(cx, Topic::VisitorSignedUp, contact.id, Nothing {})?;
    }
    Full::load(cx, contact)
}
