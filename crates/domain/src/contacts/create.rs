//! Creating contacts.

use deskwire_store::contact_activities::{self, Activity, ActivityType};
use deskwire_store::contacts as store;
use deskwire_store::contacts::{ContactRole, ContactState};

use super::{Contact, Full, Input, Links, topic};
use crate::Cx;
use crate::attributes::{self, Model};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::{custom_objects, people_index, secrets};

/// Creates a user or a lead.
///
/// Users are unique by external id and by email; a conflict names the existing contact, archived or not.
pub fn create(cx: &mut Cx, input: &Input) -> Result<Full> {
    let role = role(input)?;
    let now = cx.now();
    let mut contact = Contact {
        id: cx.mint(),
        state: ContactState::Active,
        role,
        created_at: now,
        updated_at: now,
        details: "{}".to_owned(),
        custom_attributes: "{}".to_owned(),
        ..Contact::default()
    };
    let mut known = attributes::Known::new(Model::Contact);
    let objects = input.apply(cx, &mut contact, &mut known)?;
    if role == ContactRole::Lead && contact.external_id.is_none() {
        contact.external_id = Some(secrets::uuid()?);
    }
    if !store::insert_new(cx, &contact)? {
        return Err(conflict(cx, &contact)?.unwrap_or_else(|| cx.collided("contacts").into()));
    }
    if !objects.is_empty() {
        let kind = custom_objects::ObjectKind::Contact;
        contact.object_count = custom_objects::write(cx, kind, contact.id, &objects)?;
    }
    people_index::put_contact_with(cx, None, &contact, &mut known)?;
    record_activity(cx, ActivityType::Created, &contact)?;
    events::emit(cx, topic(&contact, Topic::UserCreated, Topic::LeadCreated), contact.id, Nothing {})?;
    let mut full = Full { contact, links: Links::default(), objects: Vec::new(), merge_history: None };
    full.load_objects(cx)?;
    Ok(full)
}

fn role(input: &Input) -> Result<ContactRole> {
    match input.role.as_ref().and_then(Option::as_deref) {
        Some("user") if !input.identifies() => {
            Err(Error::missing("A user needs an email or an external_id").field("email"))
        }
        Some("user") => Ok(ContactRole::User),
        Some("lead") => Ok(ContactRole::Lead),
        Some(_) => Err(Error::invalid("role must be 'user' or 'lead'").field("role")),
        None if input.identifies() => Ok(ContactRole::User),
        None => Err(Error::missing("One of email, external_id or role must be provided").field("email")),
    }
}

/// Returns the error that names the contact that already has this one's external id or, among users, its email address.
/// `None` if there is no such contact.
pub(crate) fn conflict(cx: &mut Cx, contact: &Contact) -> Result<Option<Error>> {
    let mut taken = None;
    if let Some(external_id) = &contact.external_id {
        taken =
            store::by_external_id(cx, external_id)?.filter(|c| c.state != ContactState::Merged && c.id != contact.id);
    }
    if let (None, Some(key), ContactRole::User) = (&taken, &contact.email_key, contact.role) {
        taken = store::user_by_email(cx, key)?.filter(|c| c.id != contact.id);
    }
    Ok(taken.map(|taken| {
        let what = match taken.state {
            ContactState::Active => "A contact",
            ContactState::Visitor => "A visitor",
            _ => "An archived contact",
        };
        let id = taken.id;
        Error::new(ErrorKind::Conflict, format!("{what} matching those details already exists with id={id}"))
    }))
}

/// Records an activity of a contact.
pub(crate) fn record_activity(cx: &mut Cx, event_type: ActivityType, contact: &Contact) -> Result<()> {
    let activity = Activity {
        id: cx.mint(),
        event_type,
        contact_id: contact.id,
        external_id: contact.external_id.clone(),
        role: contact.role,
        created_at: cx.now(),
        ..Activity::default()
    };
    Ok(contact_activities::insert(cx, &activity)?)
}
