//! Tags in the settings.

use deskwire_store::tags as store;
use serde_json::json;

use super::{Done, Wanted, log, log_with, window};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::TagId;
use crate::tags::{self, Change, Tag};
use crate::{Cx, names};

pub use deskwire_store::tags::Uses;

/// The limit for counting the uses of a tag, per kind of object.
const COUNTED: i64 = 100;

/// A tag, and how often it is used.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The tag.
    pub tag: Tag,
    /// How many objects of each kind have it, counted up to 100.
    pub uses: Uses,
}

/// A window of the tags by name, and the name after which there are more.
pub fn list(cx: &mut Cx, wanted: &Wanted) -> Result<(Vec<Listed>, Option<String>)> {
    let (tags, next) = window(tags::list(cx)?, |tag| &tag.name, wanted);
    Ok((with_uses(cx, tags)?, next))
}

fn with_uses(cx: &mut Cx, tags: Vec<Tag>) -> Result<Vec<Listed>> {
    let ids: Vec<TagId> = tags.iter().map(|tag| tag.id).collect();
    let counted = store::uses(cx, &ids, COUNTED)?;
    let of = |id: TagId| counted.iter().find(|(of, _)| *of == id).map(|(_, uses)| *uses).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| Listed { uses: of(tag.id), tag }).collect())
}

/// One tag with its uses.
fn one(cx: &mut Cx, tag: Tag) -> Result<Listed> {
    with_uses(cx, vec![tag])?.pop().ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Creates a tag with a new name.
pub fn create(cx: &mut Cx, name: &str, ip: Option<&str>) -> Result<Listed> {
    let name = names::checked("name", name)?;
    let (tag, is_new) = tags::ensure(cx, name)?;
    if !is_new {
        return Err(Error::new(ErrorKind::Conflict, format!("A tag named '{}' already exists", tag.name)).field("name"));
    }
    log(cx, Done { activity_type: "tag_creation", word: "created", what: "the tag", name: &tag.name }, &tag.id, ip)?;
    one(cx, tag)
}

/// Renames a tag.
pub fn rename(cx: &mut Cx, id: TagId, name: &str, ip: Option<&str>) -> Result<Listed> {
    let name = names::checked("name", name)?;
    let before = tags::find(cx, id)?;
    let change = Change { id: Some(id.to_string()), name: name.to_owned(), ..Change::default() };
    let tag = tags::save(cx, &change)?.tag;
    if tag != before {
        let done = Done { activity_type: "tag_update", word: "renamed", what: "the tag", name: &before.name };
        log_with(cx, done, json!({"id": id.to_string(), "before": before.name, "after": tag.name}), ip)?;
    }
    one(cx, tag)
}

/// Merges the tag `from` into the tag `into`.
pub fn merge(cx: &mut Cx, from: TagId, into: TagId, ip: Option<&str>) -> Result<Listed> {
    let (gone, stays) = tags::merge(cx, from, into)?;
    let done = Done { activity_type: "tag_merge", word: "merged", what: "the tag", name: &gone.name };
    let metadata =
        json!({"id": from.to_string(), "name": gone.name, "into": {"id": into.to_string(), "name": stays.name}});
    log_with(cx, done, metadata, ip)?;
    one(cx, stays)
}

/// Deletes a tag and removes it from everything that has it.
pub fn delete(cx: &mut Cx, id: TagId, ip: Option<&str>) -> Result<()> {
    let tag = tags::find(cx, id)?;
    tags::delete(cx, id)?;
    log(cx, Done { activity_type: "tag_deletion", word: "deleted", what: "the tag", name: &tag.name }, &id, ip)
}
