//! Recording an event that a caller submits.

use deskwire_store::data_events as store;

use super::{DataEvent, Input, lock_contact, metadata, name};
use crate::Cx;
use crate::error::{Error, Result};
use crate::events::{self, Recorded, Topic};
use crate::times;

/// Records an event and counts it. An event with the same person, name and second is a duplicate and ignored.
pub fn create(cx: &mut Cx, input: &Input) -> Result<()> {
    let created_at = input.created_at.ok_or_else(|| Error::missing("created_at is required").field("created_at"))?;
    let created_at = times::reported(cx, "created_at", created_at)?;
    let event_name = name(input.event_name.as_deref())?;
    let metadata = metadata::read(input.metadata.as_ref())?;
    let contact = lock_contact(cx, &input.person)?;
    let event = DataEvent { contact_id: contact.id, created_at, id: cx.mint(), event_name, metadata };
    if !store::insert_new(cx, &event)? {
        return Ok(());
    }
    store::count_one(cx, contact.id, &event.event_name, event.created_at)?;
    // The key of the event begins with the contact and the time.
    let payload = Recorded { contact_id: contact.id, created_at: event.created_at };
    events::emit(cx, Topic::EventCreated, event.id, payload)
}
