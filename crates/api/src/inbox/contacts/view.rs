//! Contacts as the inbox displays them.

use deskwire_domain::contacts;
use deskwire_domain::custom_objects::{Objects, Related};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ContactId;
use deskwire_domain::notes::{self, Subject};
use deskwire_domain::{Cx, Noun, Person, companies, data_events, segments, tags};
use serde::Serialize;
use serde_json::{Map, Value};

use super::super::companies::view as of_companies;
use super::super::types::{Contact, ContactPage, CustomObject, EventSummary, Named, Note, Tag};

/// The maximum number of companies and notes on a page.
const SHOWN: i64 = 20;

/// A created note.
#[derive(Serialize)]
pub(in super::super) struct CreatedNote {
    pub(in super::super) note: Note,
}

/// The tags of an object after a change.
#[derive(Serialize)]
pub(in super::super) struct Tagged {
    pub(in super::super) tags: Vec<Tag>,
}

/// A contact.
pub(in super::super) fn contact(contact: &contacts::Contact) -> Result<Contact> {
    Ok(Contact {
        id: contact.id,
        role: contact.role.as_str(),
        external_id: contact.external_id.clone(),
        name: contact.name.clone(),
        email: contact.email.clone(),
        phone: contact.phone.clone(),
        avatar: contact.avatar.clone(),
        owner_id: contact.owner_id,
        language: contact.language_override.clone(),
        unsubscribed_from_emails: contact.unsubscribed_from_emails,
        has_hard_bounced: contact.has_hard_bounced,
        created_at: contact.created_at,
        updated_at: contact.updated_at,
        signed_up_at: contact.signed_up_at,
        last_seen_at: contact.last_seen_at,
        last_replied_at: contact.last_replied_at,
        last_contacted_at: contact.last_contacted_at,
        details: object(&contact.details)?,
        custom_attributes: object(&contact.custom_attributes)?,
    })
}

/// Parses the JSON object in a column.
pub(in super::super) fn object(text: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(text).map_err(Error::internal)
}

/// A note.
pub(in super::super) fn note(note: &notes::Note) -> Note {
    Note {
        id: note.id,
        author_id: note.author.as_ref().map(|author| author.id),
        html: note.body.clone(),
        at: note.created_at,
    }
}

/// The page of a contact, without what the teammate may not see.
pub(super) fn page(cx: &mut Cx, id: ContactId) -> Result<ContactPage> {
    let full = contacts::find(cx, id)?;
    let actor = cx.actor();
    let (_, companies) = companies::companies_of(cx, id, 0, SHOWN)?;
    let tags = if actor.sees(Noun::Tags) { tags::of_contact(cx, id)? } else { Vec::new() };
    let segments = if actor.sees(Noun::Segments) { segments::of_contact(cx, id)? } else { Vec::new() };
    let notes = notes::page(cx, Subject::Contact(id), None, 0, SHOWN)?.notes;
    let (_, events) = data_events::summaries(cx, &Person::Id(id.to_string()))?;
    let event = |event: data_events::Summary| EventSummary {
        name: event.event_name,
        count: event.count,
        first_at: event.first_at,
        last_at: event.last_at,
    };
    Ok(ContactPage {
        contact: contact(&full.contact)?,
        companies: companies.iter().map(of_companies::company).collect::<Result<_>>()?,
        tags: tags.into_iter().map(|tag| Tag { id: tag.tag_id, name: tag.name }).collect(),
        segments: segments.into_iter().map(|row| Named { id: row.id, name: row.name }).collect(),
        notes: notes.iter().map(note).collect(),
        events: events.into_iter().map(event).collect(),
        custom_objects: objects(&full.objects)?,
    })
}

/// The custom objects linked to a contact or company.
fn objects(related: &[Related]) -> Result<Vec<CustomObject>> {
    let mut all = Vec::new();
    for related in related {
        let Objects::Instances(r#type, instances) = &related.objects else { continue };
        for instance in instances {
            all.push(CustomObject {
                id: instance.id,
                r#type: r#type.clone(),
                external_id: Some(instance.external_id.clone()),
                attributes: object(&instance.custom_attributes)?,
            });
        }
    }
    Ok(all)
}
