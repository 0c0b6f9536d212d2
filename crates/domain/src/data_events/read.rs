//! The events of a person.

use deskwire_store::{contacts, data_events as store};

use super::{DataEvent, Summary};
use crate::Cx;
use crate::contacts::Contact;
use crate::error::{ErrorKind, Result};
use crate::ids::{ContactId, DataEventId};
use crate::person::Person;

/// How long an event is listed, in seconds. Summaries count it forever.
const LISTED: i64 = 90 * 86_400;

/// Where a page of events ends: before this second and, within it, before this id.
pub type Place = (i64, DataEventId);

/// A range of a person's events.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Only events before this position.
    pub before: Option<Place>,
    /// Only events of this second or later.
    pub since: Option<i64>,
    /// The maximum number of events.
    pub limit: i64,
}

/// A person and their events of the last 90 days, newest first; one more than the limit when there are more.
pub fn list(cx: &mut Cx, whose: &Person, page: Page) -> Result<(Contact, Vec<DataEvent>)> {
    let contact = whose.active(cx)?.ok_or(ErrorKind::ContactNotFound)?;
    let oldest = cx.now() - LISTED + 1;
    let since = page.since.map_or(oldest, |since| since.max(oldest));
    let before = page.before.unwrap_or((i64::MAX, DataEventId::new(i64::MAX)));
    let events = store::list(cx, contact.id, since, before, page.limit + 1)?;
    Ok((contact, events))
}

/// A person and the summaries of their events.
pub fn summaries(cx: &mut Cx, whose: &Person) -> Result<(Contact, Vec<Summary>)> {
    let contact = whose.active(cx)?.ok_or(ErrorKind::ContactNotFound)?;
    let summaries = store::summaries(cx, contact.id)?;
    Ok((contact, summaries))
}

/// One event with its contact, which may be in any state; `None` if either was deleted.
pub fn find(cx: &mut Cx, contact: ContactId, at: i64, id: DataEventId) -> Result<Option<(Contact, DataEvent)>> {
    let Some(event) = store::get(cx, contact, at, id)? else { return Ok(None) };
    Ok(contacts::get(cx, contact)?.map(|contact| (contact, event)))
}
