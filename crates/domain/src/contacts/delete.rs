//! Deleting contacts permanently.

use deskwire_store::contact_activities::ActivityType;
use deskwire_store::contacts::ContactState;
use deskwire_store::counters::{self, Counter};
use deskwire_store::{contact_companies, contact_links, contacts as store};

use super::create::record_activity;
use super::{Contact, states};
use crate::Cx;
use crate::error::Result;
use crate::events::{self, ContactDeleted, ContactRef, Topic};
use crate::ids::ContactId;
use crate::{conversations, people_index};

/// Deletes a contact, archived or not, with everything that belongs only to it, including the conversations that have
/// no other contacts.
pub fn delete(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    contact_links::hold_around(cx, id)?;
    let contact = states::known(cx, id)?;
    contact_links::hold_around(cx, id)?;
    conversations::delete_of_contact(cx, id)?;
    if contact.state == ContactState::Active {
        contact_companies::count_all(cx, id, -1)?;
    }
    contact_links::delete_all(cx, id)?;
    people_index::remove(cx, id)?;
    store::delete(cx, id)?;
    record_activity(cx, ActivityType::Deleted, &contact)?;
    let payload = ContactDeleted(ContactRef { id, external_id: contact.external_id.clone() });
    events::emit(cx, Topic::ContactDeleted, id, payload)?;
    Ok(contact)
}

/// Deletes a contact at the request of the person. Returns the id of the request.
pub fn delete_by_request(cx: &mut Cx, id: ContactId) -> Result<i64> {
    delete(cx, id)?;
    Ok(counters::next(cx, Counter::UserDeleteRequest)?)
}
