//! Merging a conversation into another one, and undoing it.

use deskwire_store::conversation_links::{self, Joins};
use deskwire_store::conversation_merges::{self as merges, ConversationMerge};
use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use deskwire_store::{Hold, conversations as store, held_replies};
use serde::{Deserialize, Serialize};

use super::Conversation;
use super::author::{self, Author};
use super::details::Details;
use super::edit::{Edit, Happened, NewPart, allowed, primary as end_of};
use super::manage::close;
use super::read::known;
use crate::Cx;
use crate::actor::Access;
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::ids::{AdminId, ContactId, ConversationId, PartId};

/// The maximum number of conversations that unmerging brings back: those merged into the conversation before it was
/// merged itself.
const MAX_FOLLOWED: i64 = 1_000;

/// Merges the secondary into the primary: the secondary is closed and refers to the primary, which gets its
/// participants. If the primary was merged itself, the conversation that it was merged into takes its place. Returns
/// the primary.
pub fn merge(cx: &mut Cx, secondary: ConversationId, primary: ConversationId) -> Result<Conversation> {
    let actor = cx.actor();
    // Always lock in the same order, so that two merges of the same pair wait for each other instead of deadlocking.
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
        if conversation_links::add_contact(cx, primary, contact.id, Joins::Later)? {
            added.push(contact.id);
        }
    }
    let followed = merges::merged_into(cx, secondary, MAX_FOLLOWED)?;
    store::follow(cx, secondary, primary)?;
    let held = held_replies::of(cx, secondary)?.into_iter().map(|reply| reply.id).collect();
    let before = Before::of(&from.now, held);
    held_replies::transfer(cx, &before.held, secondary, primary)?;
    from.now.merged_into = Some(primary);
    from.part(cx, merge_part(PartType::MergedSecondaryConversation, actor.admin_id()))?;
    if from.now.state != ConversationState::Closed {
        close(cx, &mut from, Author::Bot, None)?;
    }
    from.save(cx)?;
    let part = into.part(cx, merge_part(PartType::MergedPrimaryConversation, actor.admin_id()))?;
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
    // The conversation that an earlier merge followed into may have been deleted.
    merges::delete(cx, secondary)?;
    merges::insert(cx, &row)?;
    into.save(cx)
}

/// The part that records a merge, or that it was undone. The API shows the system as its author, so its details name the teammate.
fn merge_part(part_type: PartType, merged_by: Option<AdminId>) -> NewPart {
    let details = merged_by.map(|merged_by| Details::Merge { merged_by });
    NewPart { details, ..NewPart::of(part_type, Author::Bot) }
}

/// Undoes a merge. The conversation leaves the one that it was merged into and gets back its state, its times of
/// closing, the conversations that were merged into it and its replies that are still held. The other one loses the
/// contacts that came with the merge, unless they have written there since, or it would have no contacts. Messages
/// written since then stay where they are. Returns the conversation and the one that it was merged into.
pub fn unmerge(cx: &mut Cx, id: ConversationId) -> Result<(Conversation, Conversation)> {
    let actor = cx.actor();
    let merge = merges::get(cx, id)?.ok_or_else(|| not_merged(cx, id))?;
    // The order in which merging locks them.
    let (low, high) = (id.min(merge.into_id), id.max(merge.into_id));
    let (low, high) = (store::lock(cx, low)?, store::lock(cx, high)?);
    let (from, into) = if id < merge.into_id { (low, high) } else { (high, low) };
    let from = from.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &from, Access::Write)?;
    // While this waited for the locks, the merge may have been undone, the other conversation deleted, or this one merged
    // again.
    let merge = merges::lock(cx, id)?.filter(|now| now.into_id == merge.into_id).ok_or_else(|| not_merged(cx, id))?;
    let into = into.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &into, Access::Write)?;
    if from.merged_into != Some(merge.into_id) {
        return Err(failed("The conversation that it was merged into was merged itself since: undo that first"));
    }
    let (mut from, mut into) = (Edit::of(from), Edit::of(into));
    let added: Vec<ContactId> = serde_json::from_str(&merge.contacts).map_err(Error::internal)?;
    take_back_contacts(cx, &merge, &added)?;
    let followed: Vec<ConversationId> = serde_json::from_str(&merge.followed).map_err(Error::internal)?;
    merges::follow(cx, &followed, merge.into_id, id)?;
    merges::delete(cx, id)?;
    from.now.merged_into = None;
    let before: Before = serde_json::from_str(&merge.before).map_err(Error::internal)?;
    held_replies::transfer(cx, &before.held, merge.into_id, id)?;
    for edit in [&mut from, &mut into] {
        edit.part(cx, merge_part(PartType::Unmerged, actor.admin_id()))?;
    }
    restore(cx, &mut from, &before)?;
    into.emit(Happened::conversation(Topic::ConversationUpdated), None);
    Ok((from.save(cx)?, into.save(cx)?))
}

/// Removes the contacts that came with a merge, unless they have written since or nobody else is left.
fn take_back_contacts(cx: &mut Cx, merge: &ConversationMerge, added: &[ContactId]) -> Result<()> {
    let stay = merges::wrote_since(cx, merge.into_id, merge.part_id, added)?;
    let leaving: Vec<ContactId> = added.iter().copied().filter(|contact| !stay.contains(contact)).collect();
    let there = conversation_links::contacts(cx, &[merge.into_id])?.remove(&merge.into_id).unwrap_or_default();
    if there.iter().all(|contact| leaving.contains(&contact.id)) {
        return Ok(());
    }
    for contact in leaving {
        conversation_links::remove_contact(cx, merge.into_id, contact)?;
    }
    Ok(())
}

/// Restores the state that a conversation had before the merge. One that was reopened since stays open.
fn restore(cx: &mut Cx, edit: &mut Edit, before: &Before) -> Result<()> {
    let author = author::acting(cx)?;
    let now = cx.now();
    let was_closed = edit.now.state == ConversationState::Closed;
    let state = match before.snoozed_until {
        // The time it was snoozed until has passed.
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

/// The fields that merging a conversation changes, as they were before.
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
    /// The replies that were held in it; earlier releases did not record them.
    #[serde(default)]
    held: Vec<PartId>,
}

impl Before {
    fn of(row: &Conversation, held: Vec<PartId>) -> Self {
        Self {
            state: row.state,
            snoozed_until: row.snoozed_until,
            waiting_since: row.waiting_since,
            first_close_at: row.first_close_at,
            last_close_at: row.last_close_at,
            last_closed_by_id: row.last_closed_by_id,
            time_to_first_close: row.time_to_first_close,
            time_to_last_close: row.time_to_last_close,
            held,
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

/// Returns the error for a conversation without a recorded merge.
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
