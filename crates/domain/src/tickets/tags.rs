//! Tags on tickets.

use deskwire_store::conversation_tags::Tagging;
use deskwire_store::{Hold, tags as tag_rows};

use super::open;
use crate::Cx;
use crate::actor::Noun;
use crate::conversations::{self, Author, Edit};
use crate::error::{ErrorKind, Result};
use crate::ids::{ConversationId, TagId};
use crate::tags::Tag;

/// Tags a ticket on behalf of this admin. An existing tag stays unchanged.
pub fn tag(cx: &mut Cx, id: ConversationId, tag: Option<TagId>, admin: &str) -> Result<Tagging> {
    let (edit, tag) = lock_both(cx, id, tag)?;
    let by = conversations::admin(cx, admin)?;
    conversations::tag_locked(cx, edit, tag, by)
}

/// Removes a tag from a ticket. Returns the removed tag.
pub fn untag(cx: &mut Cx, id: ConversationId, tag: Option<TagId>, admin: Option<&str>) -> Result<Tagging> {
    let (edit, tag) = lock_both(cx, id, tag)?;
    let by = match admin {
        Some(admin) => Author::Admin(conversations::admin(cx, admin)?),
        None => Author::Bot,
    };
    conversations::untag_locked(cx, edit, &tag, by)
}

/// The tag is locked first, to avoid deadlocks, but a missing ticket is reported first.
fn lock_both(cx: &mut Cx, id: ConversationId, tag: Option<TagId>) -> Result<(Edit, Tag)> {
    let actor = cx.actor();
    let tag = match tag.filter(|_| actor.sees(Noun::Tags)) {
        Some(id) => tag_rows::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    let edit = open(cx, id)?;
    Ok((edit, tag.ok_or(ErrorKind::TagNotFound)?))
}
