//! Merging a conversation into another one.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use deskwire_store::{Hold, conversation_links, conversations as store, held_replies};

use super::Conversation;
use super::author::Author;
use super::edit::{Edit, Happened, NewPart, allowed, primary as end_of};
use super::manage::close;
use crate::Cx;
use crate::actor::Access;
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::ids::ConversationId;

/// Merges: the secondary is closed and refers to the primary, which gets its participants and is returned. For a
/// primary that was merged itself, the one it was merged into is used.
pub fn merge(cx: &mut Cx, secondary: ConversationId, primary: ConversationId) -> Result<Conversation> {
    let actor = cx.actor();
    // Always in the same order, so that two merges of the same pair wait for each other instead of locking up.
    let (low, high) = (secondary.min(primary), secondary.max(primary));
    let hold = |id: ConversationId| if id == secondary { Hold::End } else { Hold::Change };
    let first = store::hold(cx, low, hold(low))?;
    let second = if low == high { None } else { store::hold(cx, high, hold(high))? };
    let (from, into) = if low == secondary { (first, second) } else { (second, first) };
    let from = from.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &from, Access::Write)?;
    if secondary == primary {
        return Err(failed("Cannot merge a conversation into itself"));
    }
    let unknown = || failed("Primary conversation not found");
    let into = into.ok_or_else(unknown)?;
    allowed(actor, &into, Access::Write)
        .map_err(|e| if e.kind == ErrorKind::ResourceNotFound { unknown() } else { e })?;
    if from.merged_into.is_some() {
        return Err(failed("Secondary conversation has already been merged"));
    }
    let into = end_of(cx, into)?;
    allowed(actor, &into, Access::Write)
        .map_err(|e| if e.kind == ErrorKind::ResourceNotFound { unknown() } else { e })?;
    let primary = into.id;
    if secondary == primary {
        return Err(failed("Cannot merge a conversation into one that was merged into it"));
    }
    let (mut from, mut into) = (Edit::of(from), Edit::of(into));
    let contacts = conversation_links::contacts(cx, &[secondary])?;
    for contact in contacts.into_values().flatten() {
        conversation_links::add_contact(cx, primary, contact.id)?;
    }
    store::follow(cx, secondary, primary)?;
    held_replies::move_all(cx, secondary, primary)?;
    from.now.merged_into = Some(primary);
    from.part(cx, NewPart::of(PartType::MergedSecondaryConversation, Author::Bot))?;
    if from.now.state != ConversationState::Closed {
        close(cx, &mut from, Author::Bot, None)?;
    }
    from.save(cx)?;
    let part = into.part(cx, NewPart::of(PartType::MergedPrimaryConversation, Author::Bot))?;
    into.emit(Happened::conversation(Topic::ConversationUpdated), Some(part));
    into.save(cx)
}

fn failed(words: &'static str) -> Error {
    Error::new(ErrorKind::MergeFailed, words)
}
