//! Tags on tickets.

use deskwire_store::conversation_tags::{self as links, Tagging};
use deskwire_store::{Tx, conversation_parts, tags as tag_rows};
use serde_json::json;

use super::open;
use crate::actor::Actor;
use crate::conversations::{self, Edit, Happened};
use crate::error::{Kind, Result};
use crate::events::Topic;
use crate::tags::Tag;

/// Puts a tag on a ticket, on behalf of this admin. One that is there already stays as it was.
pub fn tag(tx: &mut Tx<'_>, actor: &Actor, id: i64, tag: Option<i64>, admin: &str) -> Result<Tagging> {
    let (mut edit, tag) = both(tx, actor, id, tag)?;
    let admin = conversations::admin(tx, actor, admin)?;
    let workspace = actor.workspace();
    if let Some(tagging) = links::get(tx, workspace, id, tag.id)? {
        return Ok(tagging);
    }
    let last = conversation_parts::newest(tx, workspace, id, 1)?.pop().map(|part| part.id);
    let tagging =
        Tagging { tag_id: tag.id, name: tag.name, part_id: last, applied_at: tx.now(), applied_by: Some(admin) };
    links::insert(tx, workspace, id, &tagging)?;
    edit.now.tag_count += 1;
    edit.tell_more(Happened::any(Topic::PartTagged), last, json!({"tag_id": tag.id.to_string()}));
    edit.save(tx, actor)?;
    Ok(tagging)
}

/// Takes a tag off a ticket: the tag as it was on it.
pub fn untag(tx: &mut Tx<'_>, actor: &Actor, id: i64, tag: Option<i64>, admin: Option<&str>) -> Result<Tagging> {
    let (mut edit, tag) = both(tx, actor, id, tag)?;
    if let Some(admin) = admin {
        conversations::admin(tx, actor, admin)?;
    }
    let tagging = links::get(tx, actor.workspace(), id, tag.id)?.ok_or(Kind::TagNotFound)?;
    links::delete(tx, actor.workspace(), id, tag.id)?;
    edit.now.tag_count -= 1;
    edit.save(tx, actor)?;
    Ok(tagging)
}

/// The tag is locked first, as everywhere, but it is the ticket whose absence is told first.
fn both(tx: &mut Tx<'_>, actor: &Actor, id: i64, tag: Option<i64>) -> Result<(Edit, Tag)> {
    let tag = match tag {
        Some(id) => tag_rows::lock(tx, actor.workspace(), id)?,
        None => None,
    };
    let edit = open(tx, actor, id)?;
    Ok((edit, tag.ok_or(Kind::TagNotFound)?))
}
