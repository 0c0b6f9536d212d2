//! Finding contacts.

use deskwire_store::contacts as store;
use deskwire_store::contacts::{ContactRole, ContactState};

use super::{Contact, Full};
use crate::Cx;
use crate::attributes::{self, Model};
use crate::custom_objects;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ContactId;

/// The maximum number of merges that are followed from a contact to the one that it was merged into.
const HOPS: usize = 3;

/// Returns an active contact. For a merged contact, fails with [`ErrorKind::ContactMerged`], which names the contact
/// that it was merged into.
pub fn find(cx: &mut Cx, id: ContactId) -> Result<Full> {
    let contact = store::get(cx, id)?.ok_or(ErrorKind::ContactNotFound)?;
    visible(cx, contact)
}

/// Returns the user with this external id.
pub fn find_by_external_id(cx: &mut Cx, external_id: &str) -> Result<Full> {
    let contact = store::by_external_id(cx, external_id)?;
    let user = contact.filter(|c| c.role == ContactRole::User || c.state == ContactState::Merged);
    visible(cx, user.ok_or(ErrorKind::ContactNotFound)?)
}

/// Returns active contacts in the order of these ids, with their lists.
pub fn find_many(cx: &mut Cx, ids: &[ContactId]) -> Result<Vec<Full>> {
    let mut contacts = store::get_many(cx, ids)?;
    let values = contacts.iter_mut().map(|c| &mut c.custom_attributes);
    attributes::hide_archived(cx, Model::Contact, values)?;
    let links = store::links_many(cx, &contacts)?;
    let with_objects: Vec<ContactId> = contacts.iter().filter(|c| c.object_count > 0).map(|c| c.id).collect();
    let mut objects = custom_objects::linked_many(cx, custom_objects::ObjectKind::Contact, &with_objects)?;
    let full = |(contact, links): (Contact, _)| {
        let objects = objects.remove(&contact.id).unwrap_or_default();
        Full { contact, links, objects, merge_history: None }
    };
    Ok(contacts.into_iter().zip(links).map(full).collect())
}

/// Returns the row of an active contact, without its lists.
pub(crate) fn active(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    let contact = store::get(cx, id)?.ok_or(ErrorKind::ContactNotFound)?;
    only_active(cx, contact)
}

/// The contact that a merged contact became; the same id if it was not merged.
pub(crate) fn became(cx: &mut Cx, id: ContactId) -> Result<ContactId> {
    match active(cx, id) {
        Err(Error { kind: ErrorKind::ContactMerged, canonical: Some(into), .. }) => Ok(into),
        Err(error) if error.kind != ErrorKind::ContactNotFound => Err(error),
        _ => Ok(id),
    }
}

fn visible(cx: &mut Cx, contact: Contact) -> Result<Full> {
    let contact = only_active(cx, contact)?;
    Full::load(cx, contact)
}

fn only_active(cx: &mut Cx, contact: Contact) -> Result<Contact> {
    match contact.state {
        ContactState::Active => Ok(contact),
        ContactState::Merged => Err(merged(cx, &contact)?),
        _ => Err(ErrorKind::ContactNotFound.into()),
    }
}

/// Returns the error for a merged contact, which names the contact it became after up to three merges.
pub(super) fn merged(cx: &mut Cx, contact: &Contact) -> Result<Error> {
    let mut target = contact.merged_into;
    for _ in 1..HOPS {
        let Some(id) = target else { break };
        match store::get(cx, id)? {
            Some(next) if next.state == ContactState::Merged => target = next.merged_into,
            Some(_) => break,
            None => target = None,
        }
    }
    Ok(match target {
        Some(id) => Error { canonical: Some(id), ..ErrorKind::ContactMerged.into() },
        None => ErrorKind::ContactNotFound.into(),
    })
}
