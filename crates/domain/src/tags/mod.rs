//! Tags: names that contacts, companies and conversations are sorted by.

mod contact;
mod declare;
mod save;

use deskwire_store::counters::{self, Counter};
use deskwire_store::tags as store;
use deskwire_store::{Hold, Tx, conversation_tags, taggings};

pub use contact::{of_contact, tag_contact, untag_contact};
pub use declare::{Declared, declare, declared};
pub use deskwire_store::contact_tags::Tagging;
pub use deskwire_store::tags::Tag;
pub use save::{Change, Item, Key, Saved, save};

use crate::actor::{Actor, Noun};
use crate::error::{Error, Kind, Result};
use crate::segments;

/// All tags.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Tag>> {
    Ok(store::all(tx, actor.workspace())?)
}

/// One tag.
pub fn find(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Tag> {
    store::get(tx, actor.workspace(), id)?.ok_or_else(|| Kind::ResourceNotFound.into())
}

/// Deletes a tag and takes it off everything, unless a segment asks for it.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    let tag = store::hold(tx, actor.workspace(), id, Hold::End)?.ok_or(Kind::ResourceNotFound)?;
    let users = segments::asking_for_tag(tx, actor, id)?;
    if !users.is_empty() && !actor.sees(Noun::Segments) {
        return Err(Kind::TagInUse.into());
    }
    if !users.is_empty() {
        let words = format!("Unable to delete Tag with dependent objects. Segments: {}.", users.join(", "));
        return Err(Error::new(Kind::TagInUse, words));
    }
    // Companies, conversations, contacts: in this order, as everywhere.
    taggings::COMPANIES.forget(tx, actor.workspace(), tag.id)?;
    conversation_tags::delete_tag(tx, actor.workspace(), tag.id)?;
    taggings::CONTACTS.forget(tx, actor.workspace(), tag.id)?;
    Ok(store::delete(tx, actor.workspace(), tag.id)?)
}

/// The tag of this name, which the write refers to; it is made when there is none.
fn ensure(tx: &mut Tx<'_>, actor: &Actor, name: &str) -> Result<(Tag, bool)> {
    let now = tx.now();
    let name_key = key(name);
    if let Some(tag) = store::by_key(tx, actor.workspace(), &name_key)? {
        return Ok((tag, false));
    }
    let id = counters::next(tx, actor.workspace(), Counter::Tag)?;
    let tag = Tag { id, name: name.to_owned(), name_key, created_at: now, updated_at: now };
    if store::insert(tx, actor.workspace(), &tag)? {
        return Ok((tag, true));
    }
    // Another transaction made it in between, and perhaps yet another deleted it.
    let tag = store::by_key(tx, actor.workspace(), &tag.name_key)?;
    Ok((tag.ok_or_else(|| tx.collided("tags"))?, false))
}

/// How names are told apart: without regard to case.
fn key(name: &str) -> String {
    name.to_lowercase()
}
