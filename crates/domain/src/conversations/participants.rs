//! The contacts that a conversation is with.

use deskwire_store::conversation_links;
use serde_json::json;

use super::author::{self, Author};
use super::edit::{Edit, Happened, NewPart};
use super::{Conversation, contact, contact_or_lead};
use crate::Cx;
use crate::contacts::Contact;
use crate::error::{Error, Kind, Result};
use crate::events::Topic;
use crate::ids;
use crate::person::Person;

/// The most contacts of one conversation.
const MOST: usize = 500;

/// Who adds a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adder {
    /// The admin of this id.
    Admin(String),
    /// A contact.
    Contact(Person),
}

/// Adds a contact to a conversation. One that is there already stays; an email that nobody has becomes a lead's.
pub fn attach(cx: &mut Cx, id: i64, by: &Adder, who: &Person) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let id = edit.now.id;
    let author = match by {
        Adder::Admin(id) => Author::Admin(author::admin(cx, id)?),
        Adder::Contact(person) => Author::of(&contact(cx, person)?.ok_or(Kind::ContactNotFound)?),
    };
    let contact = contact_or_lead(cx, who)?.ok_or(Kind::ContactNotFound)?;
    let there = conversation_links::contacts(cx, &[id])?.remove(&id).unwrap_or_default();
    if there.iter().any(|c| c.id == contact.id) {
        return Ok(edit.now);
    }
    if there.len() >= MOST {
        let words = format!("A conversation can have at most {MOST} participants");
        return Err(Error::new(Kind::Unprocessable, words).field("customer"));
    }
    conversation_links::add_contact(cx, id, contact.id)?;
    let part = edit.part(cx, NewPart::of("participant_added", author))?;
    let what = Happened::both(Topic::ConversationContactAttached, Topic::TicketContactAttached);
    edit.tell_more(what, Some(part), named(&contact));
    edit.save(cx)
}

/// Takes a contact out of a conversation; never the last one.
pub fn detach(cx: &mut Cx, id: i64, contact: Option<i64>, admin: &str) -> Result<Conversation> {
    let mut edit = Edit::open(cx, id)?;
    let id = edit.now.id;
    let by = author::admin(cx, admin)?;
    let there = conversation_links::contacts(cx, &[id])?.remove(&id).unwrap_or_default();
    let gone = there.iter().find(|c| Some(c.id) == contact).ok_or(Kind::ContactNotFound)?;
    if there.len() == 1 {
        return Err(Error::new(Kind::Unprocessable, "Removing the last customer is not allowed"));
    }
    conversation_links::remove_contact(cx, id, gone.id)?;
    let part = edit.part(cx, NewPart::of("participant_removed", Author::Admin(by)))?;
    let what = Happened::both(Topic::ConversationContactDetached, Topic::TicketContactDetached);
    let payload = json!({"contact": {"type": "contact", "id": ids::hex(gone.id), "external_id": gone.external_id}});
    edit.tell_more(what, Some(part), payload);
    edit.save(cx)
}

fn named(contact: &Contact) -> serde_json::Value {
    json!({"contact": {"type": "contact", "id": ids::hex(contact.id), "external_id": contact.external_id}})
}
