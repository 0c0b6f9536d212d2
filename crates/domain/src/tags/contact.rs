//! The tags of one contact.

use deskwire_store::contact_tags as links;
use deskwire_store::contacts::{Contact, ContactRole};
use deskwire_store::conversation_tags::Tagging;
use deskwire_store::{Hold, taggings, tags as store};

use super::Tag;
use crate::Cx;
use crate::contacts;
use crate::error::{ErrorKind, Result};
use crate::events::{self, Tagged, Topic};
use crate::ids::{ContactId, TagId};

/// The tags of a contact.
pub fn of_contact(cx: &mut Cx, contact: ContactId) -> Result<Vec<Tagging>> {
    let contact = contacts::active(cx, contact)?;
    if contact.tag_count == 0 {
        return Ok(Vec::new());
    }
    Ok(links::of_contact(cx, contact.id)?)
}

/// Tags a contact. An existing tag stays unchanged.
pub fn tag_contact(cx: &mut Cx, contact: ContactId, tag: Option<TagId>) -> Result<Tagging> {
    let actor = cx.actor();
    let (contact, tag) = lock_both(cx, contact, tag)?;
    if let Some(tagging) = links::get(cx, contact.id, tag.id)? {
        return Ok(tagging);
    }
    taggings::CONTACTS.add(cx, tag.id, actor.admin_id(), &[contact.id])?;
    emit_tagged(cx, &tag, contact.id, contact.role, true)?;
    let applied_at = cx.now();
    Ok(Tagging { tag_id: tag.id, name: tag.name, part_id: None, applied_at, applied_by: actor.admin_id() })
}

/// Removes a tag from a contact. Returns the removed tag.
pub fn untag_contact(cx: &mut Cx, contact: ContactId, tag: Option<TagId>) -> Result<Tagging> {
    let (contact, tag) = lock_both(cx, contact, tag)?;
    let tagging = links::get(cx, contact.id, tag.id)?.ok_or(ErrorKind::ResourceNotFound)?;
    taggings::CONTACTS.remove(cx, tag.id, &[contact.id])?;
    emit_tagged(cx, &tag, contact.id, contact.role, false)?;
    Ok(tagging)
}

/// The tag is locked first, to avoid deadlocks, but a missing contact is reported first.
fn lock_both(cx: &mut Cx, contact: ContactId, tag: Option<TagId>) -> Result<(Contact, Tag)> {
    let tag = match tag {
        Some(id) => store::hold(cx, id, Hold::Reference)?,
        None => None,
    };
    let contact = contacts::lock(cx, contact)?;
    Ok((contact, tag.ok_or(ErrorKind::ResourceNotFound)?))
}

/// Emits the event of a tagged or untagged contact.
pub(super) fn emit_tagged(cx: &mut Cx, tag: &Tag, contact: ContactId, role: ContactRole, tagged: bool) -> Result<()> {
    let topic = match (role, tagged) {
        (ContactRole::User, true) => Topic::UserTagged,
        (ContactRole::User, false) => Topic::UserUntagged,
        (_, true) => Topic::LeadTagged,
        (_, false) => Topic::LeadUntagged,
    };
    events::emit(cx, topic, contact, Tagged::from(tag))
}
