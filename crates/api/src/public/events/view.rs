//! Events as the API shows them.

use deskwire_domain::contacts::Contact;
use deskwire_domain::data_events::{DataEvent, Summary};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ContactId, DataEventId};
use deskwire_domain::times;
use serde::Serialize;
use serde_json::value::RawValue;

/// The fields about the person that all lists of events have. The description does not allow nulls here.
#[derive(Serialize)]
pub(super) struct List<T> {
    r#type: &'static str,
    events: Vec<T>,
    pages: Pages,
    email: String,
    intercom_user_id: ContactId,
    user_id: String,
}

#[derive(Serialize)]
struct Pages {
    next: Option<String>,
}

impl<T> List<T> {
    /// A list of this type, for this person, with the URL of the next page.
    pub(super) fn new(r#type: &'static str, contact: &Contact, events: Vec<T>, next: Option<String>) -> Self {
        Self {
            r#type,
            events,
            pages: Pages { next },
            email: contact.email.clone().unwrap_or_default(),
            intercom_user_id: contact.id,
            user_id: contact.external_id.clone().unwrap_or_default(),
        }
    }
}

/// One event.
#[derive(Serialize)]
pub(crate) struct Event<'a> {
    r#type: &'static str,
    id: DataEventId,
    created_at: i64,
    event_name: &'a str,
    user_id: &'a str,
    email: &'a str,
    intercom_user_id: ContactId,
    metadata: &'a RawValue,
}

impl<'a> Event<'a> {
    /// An event of a contact.
    pub(crate) fn new(contact: &'a Contact, event: &'a DataEvent) -> Result<Self> {
        Ok(Self {
            r#type: "event",
            id: event.id,
            created_at: event.created_at,
            event_name: &event.event_name,
            user_id: contact.external_id.as_deref().unwrap_or_default(),
            email: contact.email.as_deref().unwrap_or_default(),
            intercom_user_id: contact.id,
            metadata: serde_json::from_str(&event.metadata).map_err(Error::internal)?,
        })
    }
}

/// A summary of a person's events of one name.
#[derive(Serialize)]
pub(super) struct Item {
    name: String,
    first: String,
    last: String,
    count: i64,
    description: &'static str,
}

impl From<Summary> for Item {
    fn from(summary: Summary) -> Self {
        Self {
            name: summary.event_name,
            first: times::iso(summary.first_at),
            last: times::iso(summary.last_at),
            count: summary.count,
            // No description covers events.
            description: "",
        }
    }
}
