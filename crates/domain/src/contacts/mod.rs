//! Contacts: users and leads.

mod create;
mod delete;
mod input;
mod list;
mod merge;
mod read;
mod states;
mod update;

use std::iter;

use deskwire_store::Hold;
use deskwire_store::contacts as store;
pub use deskwire_store::contacts::{Contact, ContactRole, ContactState, Links, Merged};

pub use create::create;
pub(crate) use create::{conflict, record_activity};
pub use delete::{delete, delete_by_request};
pub use deskwire_store::contact_activities::ActivityType;
pub use input::Input;
pub(crate) use input::{check_email, is_address, set_email};
pub use list::{activities, list, load_merge_history, merge_history, search};
pub use merge::{AttributeChange, Merge, Preview, merge, preview};
pub(crate) use merge::{absorbed, email_conflict};
pub(crate) use read::{active, became};
pub use read::{find, find_by_external_id, find_many};
pub use states::{archive, block, unarchive};
pub use update::update;

use crate::Cx;
use crate::attributes::{self, Model};
use crate::custom_objects::{self, Related};
use crate::error::{ErrorKind, Result};
use crate::events::Topic;
use crate::ids::ContactId;

/// A contact with the lists that it is shown with.
#[derive(Debug, Clone)]
pub struct Full {
    /// The row.
    pub contact: Contact,
    /// The first entries of its lists.
    pub links: Links,
    /// The custom objects that it is linked to.
    pub objects: Vec<Related>,
    /// The contacts that were merged into it, if requested.
    pub merge_history: Option<Vec<Merged>>,
}

impl Full {
    pub(crate) fn load(cx: &mut Cx, mut contact: Contact) -> Result<Self> {
        attributes::hide_archived(cx, Model::Contact, iter::once(&mut contact.custom_attributes))?;
        let links = store::links(cx, &contact)?;
        let mut full = Self { contact, links, objects: Vec::new(), merge_history: None };
        full.load_objects(cx)?;
        Ok(full)
    }

    /// Loads the linked custom objects. Does not query the database if the contact has none.
    pub(crate) fn load_objects(&mut self, cx: &mut Cx) -> Result<()> {
        if self.contact.object_count > 0 {
            self.objects = custom_objects::linked(cx, custom_objects::ObjectKind::Contact, self.contact.id)?;
        }
        Ok(())
    }
}

/// Returns the active contact with this id, locked to be changed.
pub fn lock(cx: &mut Cx, id: ContactId) -> Result<Contact> {
    hold(cx, id, Hold::Change)
}

/// Like [`lock`], with any lock mode.
fn hold(cx: &mut Cx, id: ContactId, hold: Hold) -> Result<Contact> {
    match store::hold(cx, id, hold)? {
        Some(contact) if contact.state == ContactState::Active => Ok(contact),
        Some(contact) if contact.state == ContactState::Merged => Err(read::merged(cx, &contact)?),
        _ => Err(ErrorKind::ContactNotFound.into()),
    }
}

/// Returns the topic for a user or the corresponding one for a lead.
pub(crate) fn topic(contact: &Contact, user: Topic, lead: Topic) -> Topic {
    if contact.role == ContactRole::User { user } else { lead }
}

/// Returns the case-insensitive form of a text, which is the same for stored values and for searches.
pub(crate) fn fold(text: &str) -> String {
    deskwire_store::search::fold(text)
}
