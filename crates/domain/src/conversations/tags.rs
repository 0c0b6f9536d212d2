//! The tags of a conversation.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversation_tags::{self as links, Tagging};
use deskwire_store::tags::{self as tag_rows, Tag};
use deskwire_store::{Hold, conversation_parts};

use super::author::{self, Author};
use super::details::{Details, EventDetails};
use super::edit::{Edit, Happened, NewPart};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{PartTagged, TagRef, Topic};
use crate::ids::{AdminId, ConversationId, TagId};

/// Tags a conversation at its newest part. An existing tagging stays unchanged.
pub fn tag(cx: &mut Cx, id: ConversationId, tag: Option<TagId>, admin: &str) -> Result<Tagging> {
    let (edit, tag, by) = open(cx, id, tag, admin)?;
    tag_locked(cx, edit, tag.ok_or(ErrorKind::ResourceNotFound)?, by)
}

/// Like [`tag`], for a locked conversation or ticket.
pub(crate) fn tag_locked(cx: &mut Cx, mut edit: Edit, tag: Tag, by: AdminId) -> Result<Tagging> {
    let id = edit.now.id;
    if let Some(tagging) = links::get(cx, id, tag.id)? {
        return Ok(tagging);
    }
    let last = conversation_parts::newest(cx, id, 1, 0)?.pop().map(|part| part.id);
    let tagging = Tagging { tag_id: tag.id, name: tag.name, part_id: last, applied_at: cx.now(), applied_by: Some(by) };
    links::insert(cx, id, &tagging)?;
    edit.now.tag_count += 1;
    let part = edit.part(cx, changed(Author::Admin(by), vec![tagging.name.clone()], Vec::new()))?;
    let tag = TagRef::new(tagging.tag_id, &tagging.name);
    let part_id = Some(last.unwrap_or(part));
    edit.emit_with(Happened::any(Topic::PartTagged), PartTagged { tag, part_id });
    edit.save(cx)?;
    Ok(tagging)
}

/// Removes a tag from a conversation. Returns the removed tagging.
pub fn untag(cx: &mut Cx, id: ConversationId, tag: Option<TagId>, admin: &str) -> Result<Tagging> {
    let (edit, tag, by) = open(cx, id, tag, admin)?;
    untag_locked(cx, edit, &tag.ok_or(ErrorKind::TagNotFound)?, Author::Admin(by))
}

/// Like [`untag`], for a locked conversation or ticket.
pub(crate) fn untag_locked(cx: &mut Cx, mut edit: Edit, tag: &Tag, by: Author) -> Result<Tagging> {
    let id = edit.now.id;
    let tagging = links::get(cx, id, tag.id)?.ok_or(ErrorKind::TagNotFound)?;
    links::delete(cx, id, tag.id)?;
    edit.now.tag_count -= 1;
    edit.part(cx, changed(by, Vec::new(), vec![tagging.name.clone()]))?;
    edit.emit(Happened::conversation(Topic::ConversationUpdated), None);
    edit.save(cx)?;
    Ok(tagging)
}

/// Locks the tag, then the conversation: this order avoids deadlocks. Still, an unknown conversation is reported before
/// an unknown tag.
fn open(cx: &mut Cx, id: ConversationId, tag: Option<TagId>, admin: &str) -> Result<(Edit, Option<Tag>, AdminId)> {
    let tag = match tag {
        Some(id) => tag_rows::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    let unknown =
        |e: Error| if e.kind == ErrorKind::ResourceNotFound { ErrorKind::ConversationNotFound.into() } else { e };
    let edit = Edit::open_to_tag(cx, id).map_err(unknown)?;
    Ok((edit, tag, author::admin(cx, admin)?))
}

/// Returns the part that describes added and removed tags.
fn changed(by: Author, tags_added: Vec<String>, tags_removed: Vec<String>) -> NewPart {
    let details = Details::Event { event_details: EventDetails::Tags { tags_added, tags_removed } };
    NewPart { details: Some(details), ..NewPart::of(PartType::ConversationTagsUpdated, by) }
}
