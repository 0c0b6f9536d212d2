//! Deleting a contact for good.

use deskwire_store::Tx;
use deskwire_store::{contact_companies, contact_links, contacts as store};
use serde_json::json;

use super::create::note;
use super::{Contact, states};
use crate::actor::Actor;
use crate::error::Result;
use crate::events::{self, Topic};
use crate::{conversations, ids, people_index};

/// Removes a contact and everything that belongs to it alone, conversations with nobody else among it; archived ones too.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Contact> {
    contact_links::hold_around(tx, actor.workspace(), id)?;
    let contact = states::known(tx, actor, id)?;
    contact_links::hold_around(tx, actor.workspace(), id)?;
    conversations::delete_of_contact(tx, actor, id)?;
    if contact.state == "active" {
        contact_companies::count_all(tx, actor.workspace(), id, -1)?;
    }
    contact_links::delete_all(tx, actor.workspace(), id)?;
    people_index::drop(tx, actor, id)?;
    store::delete(tx, actor.workspace(), id)?;
    note(tx, actor, "contact.deleted", &contact)?;
    let payload = json!({"type": "contact", "id": ids::hex(id), "external_id": contact.external_id});
    events::emit(tx, actor, Topic::ContactDeleted, id, &payload)?;
    Ok(contact)
}
