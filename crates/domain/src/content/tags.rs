//! The tags of contents.

use deskwire_store::conversation_tags::Tagging;
use deskwire_store::taggings::Taggable;
use deskwire_store::tags::{self as tag_rows, Tag};
use deskwire_store::{Hold, admins as admin_rows};

use crate::Cx;
use crate::actor::Principal;
use crate::admins;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, Id, TagId};

/// The id of a content that can be tagged.
pub trait TaggedContent: Id + 'static {
    /// Its tags.
    const TAGS: &'static Taggable<Self>;
    /// The error for one that does not exist.
    const UNKNOWN: ErrorKind;

    /// Locks the content. Returns whether it exists.
    fn lock(self, cx: &mut Cx) -> Result<bool>;

    /// Emits that its tags were changed.
    fn emit_tagged(self, cx: &mut Cx) -> Result<()>;
}

/// Adds a tag to a content, on behalf of a teammate. Idempotent.
pub fn tag<I: TaggedContent>(
    cx: &mut Cx,
    content: I,
    tag: Option<TagId>,
    admin: Option<Option<AdminId>>,
) -> Result<Tagging> {
    let tag = open(cx, content, tag)?;
    let by = match admin {
        None => cx.actor().admin_id(),
        Some(Some(id)) if admins::exists(cx, id)? => Some(id),
        Some(_) => return Err(ErrorKind::AdminForIdNotFound.into()),
    };
    if let Some(tagging) = I::TAGS.get(cx, content, tag.id)? {
        return Ok(tagging);
    }
    put(cx, content, &tag, by)?;
    Ok(Tagging { tag_id: tag.id, name: tag.name, part_id: None, applied_at: cx.now(), applied_by: by })
}

/// Removes a tag from a content.
pub fn untag<I: TaggedContent>(cx: &mut Cx, content: I, tag: Option<TagId>) -> Result<Tag> {
    let tag = open(cx, content, tag)?;
    if I::TAGS.get(cx, content, tag.id)?.is_none() {
        return Err(ErrorKind::TagNotFound.into());
    }
    I::TAGS.remove(cx, tag.id, &[content])?;
    content.emit_tagged(cx)?;
    Ok(tag)
}

fn put<I: TaggedContent>(cx: &mut Cx, content: I, tag: &Tag, by: Option<AdminId>) -> Result<()> {
    I::TAGS.add(cx, tag.id, by, &[content])?;
    content.emit_tagged(cx)
}

/// The tag is locked first, as everywhere, but a missing content is reported first.
fn open<I: TaggedContent>(cx: &mut Cx, content: I, tag: Option<TagId>) -> Result<Tag> {
    let tag = match tag {
        Some(id) => tag_rows::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    if !content.lock(cx)? {
        return Err(I::UNKNOWN.into());
    }
    may_manage(cx)?;
    tag.ok_or_else(|| ErrorKind::TagNotFound.into())
}

/// Rejects a teammate whose role does not permit managing content.
pub(crate) fn may_manage(cx: &mut Cx) -> Result<()> {
    let allowed = match cx.actor().principal {
        Principal::Admin(id) => admin_rows::get(cx, id)?.is_none_or(|admin| admin.can_manage_content),
        _ => true,
    };
    if allowed {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::Forbidden, "Not authorized to manage knowledge base content"))
    }
}
