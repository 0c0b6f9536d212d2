//! Archiving, unarchiving and blocking.

use deskwire_store::{Hold, Tx, contact_companies, contact_links, contacts as store};
use serde_json::json;

use super::{Contact, read};
use crate::actor::Actor;
use crate::error::{Error, Kind, Result};
use crate::events::{self, Topic};
use crate::{conversations, people_index};

/// Hides a contact from lists and searches; its external id and email stay taken.
pub fn archive(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Contact> {
    change(tx, actor, id, "archived", Topic::ContactArchived)
}

/// Brings an archived contact back. A blocked one stays away.
pub fn unarchive(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Contact> {
    change(tx, actor, id, "active", Topic::ContactUnarchived)
}

/// Archives a contact for good, and closes the conversations that are with nobody else.
pub fn block(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Contact> {
    change(tx, actor, id, "blocked", Topic::ContactBlocked)
}

fn change(tx: &mut Tx<'_>, actor: &Actor, id: i64, state: &'static str, topic: Topic) -> Result<Contact> {
    let blocks = state == "blocked";
    if blocks {
        contact_links::hold_around(tx, actor.workspace(), id)?;
    } else {
        contact_companies::lock_companies(tx, actor.workspace(), id)?;
    }
    let before = known(tx, actor, id)?;
    if before.state == state || (state == "archived" && before.state == "blocked") {
        return Ok(before);
    }
    if before.state == "blocked" {
        return Err(Error::new(Kind::NotRestorable, "The contact was blocked and cannot be restored"));
    }
    let contact = Contact { state: state.to_owned(), updated_at: tx.now(), ..before.clone() };
    store::update(tx, actor.workspace(), &before, &contact)?;
    match (before.state.as_str(), state) {
        ("active", _) => {
            people_index::drop(tx, actor, id)?;
            contact_companies::count_all(tx, actor.workspace(), id, -1)?;
        }
        (_, "active") => {
            people_index::put_contact(tx, actor, None, &contact)?;
            contact_companies::count_all(tx, actor.workspace(), id, 1)?;
        }
        _ => {}
    }
    if blocks {
        contact_links::hold_around(tx, actor.workspace(), id)?;
        conversations::close_of_contact(tx, actor, id)?;
    }
    events::emit(tx, actor, topic, id, &json!({}))?;
    Ok(contact)
}

/// A contact that exists, archived or not; nobody refers to it from here on.
pub(super) fn known(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Contact> {
    match store::hold(tx, actor.workspace(), id, Hold::End)? {
        Some(contact) if contact.state == "merged" => Err(read::merged(tx, actor, &contact)?),
        Some(contact) if contact.state != "visitor" => Ok(contact),
        _ => Err(Kind::ContactNotFound.into()),
    }
}
