//! Making somebody known of a visitor.

use deskwire_store::{Tx, contact_links, contacts as store};
use serde_json::json;

use crate::actor::Actor;
use crate::contacts::{self, Contact, Full};
use crate::error::{Error, Kind, Result};
use crate::events::{self, Topic};
use crate::people_index;
use crate::person::Person;

/// Who is converted into whom.
#[derive(Debug, Clone)]
pub struct Convert {
    /// The visitor.
    pub visitor: Person,
    /// `user` or `lead`.
    pub role: String,
    /// An existing contact's id.
    pub id: Option<String>,
    /// The external id of an existing contact, or of the one to be.
    pub user_id: Option<String>,
    /// The email of an existing user, or of the contact to be.
    pub email: Option<String>,
}

/// Merges a visitor into the contact that is named, and deletes the visitor; where there is none, the visitor
/// becomes that contact and keeps its id.
pub fn convert(tx: &mut Tx<'_>, actor: &Actor, input: &Convert) -> Result<Full> {
    let role = match input.role.as_str() {
        "user" => "user",
        "lead" => "lead",
        _ => return Err(Error::invalid("type must be 'user' or 'lead'").field("type")),
    };
    let nameless = input.id.is_none() && input.user_id.is_none() && input.email.is_none();
    if role == "user" && nameless {
        return Err(Error::missing("user must have an id, a user_id or an email").field("user"));
    }
    match existing(tx, actor, input)? {
        Some(contact) => merge(tx, actor, input, &contact),
        None => become_known(tx, actor, input, role),
    }
}

/// The contact that the visitor turns out to be.
fn existing(tx: &mut Tx<'_>, actor: &Actor, input: &Convert) -> Result<Option<Contact>> {
    if let Some(id) = &input.id {
        // An id cannot be chosen, so one that is unknown is a mistake.
        let found = Person::Id(id.clone()).active(tx, actor)?;
        return found.map(Some).ok_or_else(|| Kind::ContactNotFound.into());
    }
    if let Some(user_id) = &input.user_id {
        return Person::UserId(user_id.clone()).active(tx, actor);
    }
    match &input.email {
        Some(email) => Person::Email(email.clone()).active(tx, actor),
        None => Ok(None),
    }
}

fn merge(tx: &mut Tx<'_>, actor: &Actor, input: &Convert, contact: &Contact) -> Result<Full> {
    // Whoever holds a visitor waits for no contact, so nobody waits in a circle.
    let visitor = input.visitor.visitor(tx, actor)?.ok_or(Kind::VisitorNotFound)?;
    let contact = contacts::lock(tx, actor, contact.id)?;
    contact_links::move_all(tx, actor.workspace(), visitor.id, contact.id)?;
    // When a visitor came is not when the user signed up.
    let merged = contacts::absorbed(tx, actor, &Contact { signed_up_at: None, ..visitor.clone() }, &contact)?;
    store::delete(tx, actor.workspace(), visitor.id)?;
    store::update(tx, actor.workspace(), &contact, &merged)?;
    people_index::put_contact(tx, actor, Some(&contact), &merged)?;
    events::emit(tx, actor, contacts::topic(&merged, Topic::UserUpdated, Topic::LeadUpdated), merged.id, &json!({}))?;
    Full::load(tx, actor, merged)
}

fn become_known(tx: &mut Tx<'_>, actor: &Actor, input: &Convert, role: &str) -> Result<Full> {
    let visitor = input.visitor.visitor(tx, actor)?.ok_or(Kind::VisitorNotFound)?;
    let mut contact =
        Contact { state: "active".to_owned(), role: role.to_owned(), updated_at: tx.now(), ..visitor.clone() };
    // What a visitor was known by goes; a lead, which may have nothing else, keeps it.
    match &input.user_id {
        Some(user_id) => contact.external_id = Some(user_id.clone()),
        None if role == "user" => contact.external_id = None,
        None => {}
    }
    if let Some(email) = &input.email {
        contacts::set_email(&mut contact, Some(email))?;
    }
    if let Some(error) = contacts::conflict(tx, actor, &contact)? {
        return Err(error);
    }
    store::update(tx, actor.workspace(), &visitor, &contact)?;
    people_index::put_contact(tx, actor, None, &contact)?;
    contacts::note(tx, actor, "contact.created", &contact)?;
    let topic = contacts::topic(&contact, Topic::UserCreated, Topic::LeadCreated);
    events::emit(tx, actor, topic, contact.id, &json!({}))?;
    if role == "user" {
        events::emit(tx, actor, Topic::VisitorSignedUp, contact.id, &json!({}))?;
    }
    Full::load(tx, actor, contact)
}
