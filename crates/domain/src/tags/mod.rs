//! Tags: labels of contacts, companies, conversations and content.

mod contact;
mod declare;
mod save;

use deskwire_store::counters::{self, Counter};
use deskwire_store::tags as store;
use deskwire_store::{Hold, conversation_tags, taggings};

pub use contact::{of_contact, tag_contact, untag_contact};
pub use declare::{Declared, declare, declared};
pub use deskwire_store::conversation_tags::Tagging;
pub use deskwire_store::tags::Tag;
pub use save::{Change, Item, Key, Saved, save};

use crate::actor::Noun;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::TagId;
use crate::{Cx, macros, segments};

/// The maximum number of tags per workspace.
const MAX_TAGS: i64 = 20_000;

/// All tags.
pub fn list(cx: &mut Cx) -> Result<Vec<Tag>> {
    Ok(store::all(cx)?)
}

/// One tag.
pub fn find(cx: &mut Cx, id: TagId) -> Result<Tag> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Deletes a tag and removes it from all objects, unless a segment uses it.
pub fn delete(cx: &mut Cx, id: TagId) -> Result<()> {
    let tag = store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::ResourceNotFound)?;
    is_unused(cx, id)?;
    // Content, companies, conversations, contacts: in this order, as everywhere.
    taggings::forget_contents(cx, tag.id)?;
    taggings::COMPANIES.forget(cx, tag.id)?;
    conversation_tags::delete_tag(cx, tag.id)?;
    taggings::CONTACTS.forget(cx, tag.id)?;
    Ok(store::delete(cx, tag.id)?)
}

/// Rejects the removal of a tag that a segment uses.
fn is_unused(cx: &mut Cx, id: TagId) -> Result<()> {
    let actor = cx.actor();
    let users = segments::names_using_tag(cx, id)?;
    if users.is_empty() {
        return Ok(());
    }
    if !actor.sees(Noun::Segments) {
        return Err(ErrorKind::TagInUse.into());
    }
    let message = format!("Unable to delete Tag with dependent objects. Segments: {}.", users.join(", "));
    Err(Error::new(ErrorKind::TagInUse, message))
}

/// Replaces one tag by another on everything that has it and in macros, and deletes the first. Fails if a segment uses it. Returns
/// both tags.
pub fn merge(cx: &mut Cx, from: TagId, into: TagId) -> Result<(Tag, Tag)> {
    if from == into {
        return Err(Error::invalid("A tag cannot be merged into itself").field("into"));
    }
    // In the order of their ids, as everywhere.
    let (first, second) = if from < into { (from, into) } else { (into, from) };
    let first = store::hold(cx, first, Hold::End)?;
    let second = store::hold(cx, second, Hold::End)?;
    let (gone, stays) = if from < into { (first, second) } else { (second, first) };
    let gone = gone.ok_or(ErrorKind::ResourceNotFound)?;
    let stays = stays.ok_or_else(|| Error::from(ErrorKind::TagNotFound).field("into"))?;
    is_unused(cx, from)?;
    // Content, companies, conversations, contacts: in this order, as everywhere.
    taggings::merge_contents(cx, from, into)?;
    taggings::COMPANIES.merge(cx, from, into)?;
    conversation_tags::merge(cx, from, into)?;
    taggings::CONTACTS.merge(cx, from, into)?;
    store::delete(cx, from)?;
    macros::rename(cx, macros::Named::Tag, &gone.name, &stays.name)?;
    Ok((gone, stays))
}

/// How many objects of each kind have a tag.
pub fn uses(cx: &mut Cx, id: TagId) -> Result<Vec<(&'static str, i64)>> {
    Ok(vec![
        ("contact", taggings::CONTACTS.count(cx, id)?),
        ("company", taggings::COMPANIES.count(cx, id)?),
        ("conversation", conversation_tags::count(cx, id)?),
        ("content item", taggings::ARTICLES.count(cx, id)?),
    ])
}

/// The tag with this name, locked against deletion; created if there is none. Returns whether it was created.
pub(crate) fn ensure(cx: &mut Cx, name: &str) -> Result<(Tag, bool)> {
    let now = cx.now();
    let name_key = key(name);
    if let Some(tag) = store::by_key(cx, &name_key)? {
        return Ok((tag, false));
    }
    if store::count(cx)? >= MAX_TAGS {
        return Err(Error::invalid(format!("A workspace has at most {MAX_TAGS} tags")));
    }
    let id = counters::next(cx, Counter::Tag)?;
    let tag = Tag { id, name: name.to_owned(), name_key, created_at: now, updated_at: now };
    if store::insert_new(cx, &tag)? {
        return Ok((tag, true));
    }
    // Another transaction created it concurrently, and a third may have deleted it since.
    let tag = store::by_key(cx, &tag.name_key)?;
    Ok((tag.ok_or_else(|| cx.collided("tags"))?, false))
}

/// The case-insensitive key of a name.
fn key(name: &str) -> String {
    name.to_lowercase()
}
