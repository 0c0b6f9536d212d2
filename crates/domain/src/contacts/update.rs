//! Changing contacts.

use deskwire_store::contact_activities::ActivityType;
use deskwire_store::contacts as store;
use deskwire_store::contacts::ContactRole;

use super::create::{conflict, record_activity};
use super::{Full, Input, lock, topic};
use crate::Cx;
use crate::attributes::{self, Model};
use crate::error::{Error, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::ContactId;
use crate::{custom_objects, people_index};

/// Changes the given fields. A lead with an email address or an external id may become a user.
pub fn update(cx: &mut Cx, id: ContactId, input: &Input) -> Result<Full> {
    let before = lock(cx, id)?;
    let mut contact = before.clone();
    let mut known = attributes::Known::new(Model::Contact);
    let objects = input.apply(cx, &mut contact, &mut known)?;
    match input.role.as_ref().and_then(Option::as_deref) {
        None => {}
        Some(role) if role == contact.role.as_str() => {}
        Some("user") if contact.email.is_some() || contact.external_id.is_some() => {
            contact.role = ContactRole::User;
        }
        Some("user") => return Err(Error::invalid("A user needs an email or an external_id").field("role")),
        Some("lead") => return Err(Error::invalid("A user cannot become a lead").field("role")),
        Some(_) => return Err(Error::invalid("role must be 'user' or 'lead'").field("role")),
    }
    let moved = contact.external_id != before.external_id
        || contact.email_key != before.email_key
        || contact.role != before.role;
    if moved && let Some(error) = conflict(cx, &contact)? {
        return Err(error);
    }
    contact.updated_at = cx.now();
    if !objects.is_empty() {
        contact.object_count = custom_objects::write(cx, custom_objects::ObjectKind::Contact, id, &objects)?;
    }
    store::update(cx, &before, &contact)?;
    people_index::put_contact_with(cx, Some(&before), &contact, &mut known)?;
    if contact.role == before.role {
        events::emit(cx, topic(&contact, Topic::UserUpdated, Topic::LeadUpdated), id, Nothing {})?;
    } else {
        record_activity(cx, ActivityType::RoleUpdated, &contact)?;
        events::emit(cx, Topic::LeadSignedUp, id, Nothing {})?;
    }
    if contact.email_key != before.email_key && contact.email.is_some() {
        let topic = if before.email.is_none() && before.role == ContactRole::Lead {
            Topic::LeadAddedEmail
        } else {
            Topic::EmailUpdated
        };
        events::emit(cx, topic, id, Nothing {})?;
    }
    Full::load(cx, contact)
}
