//! Merging a conversation into another one.

use deskwire_store::conversation_merges::{self as merges, ConversationMerge};
use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use deskwire_store::{Hold, conversation_links, conversations as store, held_replies};
use serde::{Deserialize, Serialize};

use super::Conversation;
use super::author::{self, Author};
use super::edit::{Edit, Happened, NewPart, allowed, primary as end_of};
use super::manage::close;
use super::read::known;
use crate::Cx;
use crate::actor::Access;
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::ids::{AdminId, ContactId, ConversationId};

/// How many conversations that were merged into one before are brought back when it is unmerged.
const MAX_FOLLOWED: i64 = 1_000;

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
    let mut added = Vec::new();
    for contact in contacts.into_values().flatten() {
        if conversation_links::add_contact(cx, primary, contact.id)? {
            added.push(contact.id);
        }
    }
    let followed = merges::merged_into(cx, secondary, MAX_FOLLOWED)?;
    store::follow(cx, secondary, primary)?;
    held_replies::move_all(cx, secondary, primary)?;
    let before = Before::of(&from.now);
    from.now.merged_into = Some(primary);
    from.part(cx, NewPart::of(PartType::MergedSecondaryConversation, Author::Bot))?;
    if from.now.state != ConversationState::Closed {
        close(cx, &mut from, Author::Bot, None)?;
    }
    from.save(cx)?;
    let part = into.part(cx, NewPart::of(PartType::MergedPrimaryConversation, Author::Bot))?;
    into.emit(Happened::conversation(Topic::ConversationUpdated), Some(part));
    let row = ConversationMerge {
        conversation_id: secondary,
        into_id: primary,
        part_id: part,
        before: json(&before)?,
        contacts: json(&added)?,
        followed: json(&followed)?,
        merged_by: actor.admin_id(),
        merged_at: cx.now(),
    };
    merges::insert(cx, &row)?;
    into.save(cx)
}

/// Undoes a merge: the conversation has its state, its times of closing and what had been merged into it again, and leaves
/// the other one, which loses the contacts that came with it unless they have written there since. What was written since
/// stays where it was written. The answer is the conversation and the one that it was merged into.
pub fn unmerge(cx: &mut Cx, id: ConversationId) -> Result<(Conversation, Conversation)> {
    let actor = cx.actor();
    let merge = merges::get(cx, id)?.ok_or_else(|| not_merged(cx, id))?;
    // In the order in which merging locks them.
    let (low, high) = (id.min(merge.into_id), id.max(merge.into_id));
    let (low, high) = (store::lock(cx, low)?, store::lock(cx, high)?);
    let (from, into) = if id < merge.into_id { (low, high) } else { (high, low) };
    let from = from.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &from, Access::Write)?;
    let into = into.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &into, Access::Write)?;
    // Undone, or undone and merged again, while this waited for the locks.
    let merge = merges::lock(cx, id)?.filter(|now| now.into_id == merge.into_id).ok_or_else(|| not_merged(cx, id))?;
    if from.merged_into != Some(merge.into_id) {
        return Err(failed("The conversation that it was merged into was merged itself since: undo that first"));
    }
    let (mut from, mut into) = (Edit::of(from), Edit::of(into));
    let added: Vec<ContactId> = serde_json::from_str(&merge.contacts).map_err(Error::internal)?;
    let stay = merges::wrote_since(cx, merge.into_id, merge.part_id, &added)?;
    for contact in added.into_iter().filter(|contact| !stay.contains(contact)) {
        conversation_links::remove_contact(cx, merge.into_id, contact)?;
    }
    let followed: Vec<ConversationId> = serde_json::from_str(&merge.followed).map_err(Error::internal)?;
    merges::follow(cx, &followed, merge.into_id, id)?;
    merges::delete(cx, id)?;
    from.now.merged_into = None;
    let before: Before = serde_json::from_str(&merge.before).map_err(Error::internal)?;
    restore(cx, &mut from, &before)?;
    into.emit(Happened::conversation(Topic::ConversationUpdated), None);
    Ok((from.save(cx)?, into.save(cx)?))
}

/// Brings a conversation back to the state it was in. One that was opened again since stays open.
fn restore(cx: &mut Cx, edit: &mut Edit, before: &Before) -> Result<()> {
    let author = author::acting(cx)?;
    let now = cx.now();
    let was_closed = edit.now.state == ConversationState::Closed;
    let state = match before.snoozed_until {
        // Its time has come meanwhile.
        Some(until) if before.state == ConversationState::Snoozed && until <= now => ConversationState::Open,
        _ => before.state,
    };
    if !was_closed || state == ConversationState::Closed {
        edit.emit(Happened::conversation(Topic::ConversationUpdated), None);
        return Ok(());
    }
    let reopens = edit.now.count_reopens;
    edit.state(state, now, None);
    before.write(&mut edit.now);
    edit.now.count_reopens = reopens;
    let (kind, topic) = if state == ConversationState::Snoozed {
        edit.now.snoozed_until = before.snoozed_until;
        (PartType::Snoozed, Topic::ConversationSnoozed)
    } else {
        (PartType::Open, Topic::ConversationOpened)
    };
    let part = edit.part(cx, NewPart::of(kind, author))?;
    edit.emit(Happened::conversation(topic), Some(part));
    Ok(())
}

/// What closing a conversation changes, as it was before.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Before {
    state: ConversationState,
    snoozed_until: Option<i64>,
    waiting_since: Option<i64>,
    first_close_at: Option<i64>,
    last_close_at: Option<i64>,
    last_closed_by_id: Option<AdminId>,
    time_to_first_close: Option<i64>,
    time_to_last_close: Option<i64>,
}

impl Before {
    fn of(row: &Conversation) -> Self {
        Self {
            state: row.state,
            snoozed_until: row.snoozed_until,
            waiting_since: row.waiting_since,
            first_close_at: row.first_close_at,
            last_close_at: row.last_close_at,
            last_closed_by_id: row.last_closed_by_id,
            time_to_first_close: row.time_to_first_close,
            time_to_last_close: row.time_to_last_close,
        }
    }

    fn write(&self, row: &mut Conversation) {
        row.waiting_since = self.waiting_since;
        row.first_close_at = self.first_close_at;
        row.last_close_at = self.last_close_at;
        row.last_closed_by_id = self.last_closed_by_id;
        row.time_to_first_close = self.time_to_first_close;
        row.time_to_last_close = self.time_to_last_close;
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// The error for a conversation whose merge is not known.
fn not_merged(cx: &mut Cx, id: ConversationId) -> Error {
    match known(cx, id) {
        Ok(row) if row.merged_into.is_some() => failed("This merge was made by an older release and cannot be undone"),
        Ok(_) => failed("The conversation is not merged into another one"),
        Err(error) => error,
    }
}

fn failed(words: &'static str) -> Error {
    Error::new(ErrorKind::MergeFailed, words)
}
