//! Data events: actions of people, submitted by callers.

mod create;
mod metadata;
mod read;
mod summarize;

pub use create::create;
pub use deskwire_store::data_events::{DataEvent, Summary};
pub use read::{Page, Place, find, list, summaries};
pub use summarize::summarize;

use deskwire_store::contacts as store;
use deskwire_store::contacts::ContactState;
use serde_json::{Map, Value};

use crate::Cx;
use crate::contacts::Contact;
use crate::error::{Error, ErrorKind, Result};
use crate::names;
use crate::person::Person;

/// An event as a caller submits it.
#[derive(Debug, Clone)]
pub struct Input {
    /// Who did it.
    pub person: Person,
    /// Its name.
    pub event_name: Option<String>,
    /// When it happened, in unix seconds.
    pub created_at: Option<i64>,
    /// Its metadata.
    pub metadata: Option<Map<String, Value>>,
}

/// The contact that a request refers to, locked against deletion and merging.
fn lock_contact(cx: &mut Cx, named: &Person) -> Result<Contact> {
    let found = named.active(cx)?.ok_or(ErrorKind::ContactNotFound)?;
    let contact = store::lock(cx, found.id)?;
    contact.filter(|c| c.state == ContactState::Active).ok_or_else(|| ErrorKind::ContactNotFound.into())
}

fn name(name: Option<&str>) -> Result<String> {
    let name = name.map(str::trim).filter(|n| !n.is_empty());
    let name = name.ok_or_else(|| Error::missing("event_name is required").field("event_name"))?;
    names::at_most("event_name", name, names::MAX_NAME_LENGTH)?;
    Ok(name.to_owned())
}
