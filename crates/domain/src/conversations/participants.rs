//! The contacts that a conversation is with.

use deskwire_store::conversation_links::{self, Joins};
use deskwire_store::conversation_parts::PartType;

use super::author::{self, Author};
use super::edit::{Edit, Happened, NewPart};
use super::{Conversation, contact, contact_or_lead};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{ContactRef, ParticipantChange, Topic};
use crate::ids::{ContactId, ConversationId, PartId};
use crate::person::Person;

/// The maximum number of contacts of a conversation.
const MAX: usize = 500;

/// The one who adds a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adder {
    /// The admin with this id.
    Admin(String),
    /// A contact.
    Contact(Person),
}

/// Adds a contact to a conversation unless it is a participant already. Creates a lead for an unknown email address.
pub fn attach(cx: &mut Cx, id: ConversationId, by: &Adder, who: &Person) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let id = edit.now.id;
    let author = match by {
        Adder::Admin(id) => Author::Admin(author::admin(cx, id)?),
        Adder::Contact(person) => Author::of(&contact(cx, person)?.ok_or(ErrorKind::ContactNotFound)?),
    };
    let contact = contact_or_lead(cx, who)?.ok_or(ErrorKind::ContactNotFound)?;
    let there = conversation_links::contacts(cx, &[id])?.remove(&id).unwrap_or_default();
    if there.iter().any(|c| c.id == contact.id) {
        return Ok(edit.now);
    }
    let joins = if there.is_empty() { Joins::First } else { Joins::Later };
    if there.len() >= MAX {
        let message = format!("A conversation can have at most {MAX} participants");
        return Err(Error::new(ErrorKind::Unprocessable, message).field("customer"));
    }
    conversation_links::add_contact(cx, id, contact.id, joins)?;
    let part = edit.part(cx, NewPart::of(PartType::ParticipantAdded, author))?;
    let what = Happened::both(Topic::ConversationContactAttached, Topic::TicketContactAttached);
    edit.emit_with(what, change(contact.id, contact.external_id, part));
    edit.save(cx)
}

/// Removes a contact from a conversation. The last contact cannot be removed.
pub fn detach(cx: &mut Cx, id: ConversationId, contact: Option<ContactId>, admin: &str) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let id = edit.now.id;
    let by = author::admin(cx, admin)?;
    let there = conversation_links::contacts(cx, &[id])?.remove(&id).unwrap_or_default();
    let leaving = there.iter().find(|c| Some(c.id) == contact).ok_or(ErrorKind::ContactNotFound)?;
    if there.len() == 1 {
        return Err(Error::new(ErrorKind::Unprocessable, "Removing the last customer is not allowed"));
    }
    conversation_links::remove_contact(cx, id, leaving.id)?;
    let part = edit.part(cx, NewPart::of(PartType::ParticipantRemoved, Author::Admin(by)))?;
    let what = Happened::both(Topic::ConversationContactDetached, Topic::TicketContactDetached);
    edit.emit_with(what, change(leaving.id, leaving.external_id.clone(), part));
    edit.save(cx)
}

fn change(contact: ContactId, external_id: Option<String>, part: PartId) -> ParticipantChange {
    ParticipantChange { contact: ContactRef { id: contact, external_id }, part_id: Some(part) }
}
