//! Archiving, unarchiving and blocking contacts.

use deskwire_store::contacts::ContactState;
use deskwire_store::{Hold, contact_companies, contact_links, contacts as store};

use super::{Contact, read};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::ContactId;
use crate::{conversations, people_index};

/// Archives a contact: hides it from lists and searches. Its external id and email address stay taken.
pub fn archive(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    change(cx, id, ContactState::Archived, Topic::ContactArchived)
}

/// Unarchives a contact. A blocked contact cannot be unarchived.
pub fn unarchive(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    change(cx, id, ContactState::Active, Topic::ContactUnarchived)
}

/// Blocks a contact, and closes its conversations that have no other contacts.
pub fn block(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    change(cx, id, ContactState::Blocked, Topic::ContactBlocked)
}

fn change(cx: &mut Cx, id: ContactId, state: ContactState, topic: Topic) -> Result<Contact> {
    let blocks = state == ContactState::Blocked;
    if blocks {
        contact_links::hold_around(cx, id)?;
    } else {
        contact_companies::lock_companies(cx, id)?;
    }
    let before = known(cx, id)?;
    if before.state == state || (state == ContactState::Archived && before.state == ContactState::Blocked) {
        return Ok(before);
    }
    if before.state == ContactState::Blocked {
        return Err(Error::new(ErrorKind::NotRestorable, "The contact was blocked and cannot be restored"));
    }
    let contact = Contact { state, updated_at: cx.now(), ..before.clone() };
    store::update(cx, &before, &contact)?;
    match (before.state, state) {
        (ContactState::Active, _) => {
            people_index::remove(cx, id)?;
            contact_companies::count_all(cx, id, -1)?;
        }
        (_, ContactState::Active) => {
            people_index::put_contact(cx, None, &contact)?;
            contact_companies::count_all(cx, id, 1)?;
        }
        _ => {}
    }
    if blocks {
        contact_links::hold_around(cx, id)?;
        conversations::close_of_contact(cx, id)?;
    }
    events::emit(cx, topic, id, Nothing {})?;
    Ok(contact)
}

/// Returns a contact, archived or not, locked against new references.
pub(super) fn known(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    match store::hold(cx, id, Hold::End)? {
        Some(contact) if contact.state == ContactState::Merged => Err(read::merged(cx, &contact)?),
        Some(contact) if contact.state != ContactState::Visitor => Ok(contact),
        _ => Err(ErrorKind::ContactNotFound.into()),
    }
}
