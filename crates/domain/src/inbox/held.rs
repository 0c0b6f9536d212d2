//! Held replies: until they are due, only teammates see them, and they can be taken back.
//!
//! A held reply is a separate row, not a part, so parts, events and statistics do not include it. When it is due, one
//! transaction deletes the row and writes the part with the current time, so it is sent exactly once, however many
//! processes try.

use std::sync::Arc;

use deskwire_store::conversation_parts::{self, PartType};
use deskwire_store::drafts::{Draft, DraftKind};
use deskwire_store::held_replies::{self as store, ThenState};
use deskwire_store::{Tx, admins};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use deskwire_store::held_replies::HeldReply;

use super::replies::{self, Message, Then, UNDO, held_as};
use super::{drafts, reads, teammate, uploads};
use crate::Cx;
use crate::actor::Actor;
use crate::attachments;
use crate::conversations::{self, Author, Conversation, Edit, NewPart, attachment_ids};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AttachmentId, ConversationId, PartId, as_number};
use crate::jobs::{self, Job, JobKind, Work};
use crate::workspaces;

/// The maximum number of held replies per conversation.
const MAX_HELD: usize = 20;
/// The number of newest parts that are checked for held replies.
const LOOK_BACK: i64 = 50;

/// The payload of the job that sends a held reply.
#[derive(Debug, Serialize, Deserialize)]
struct HeldJob {
    #[serde(serialize_with = "as_number")]
    id: PartId,
}

impl Work for HeldJob {
    const KIND: JobKind = JobKind::HeldReply;
}

/// The held replies of a conversation, in the order in which they were written.
pub fn of(cx: &mut Cx, conversation: ConversationId) -> Result<Vec<HeldReply>> {
    Ok(store::of(cx, conversation)?)
}

/// Holds a reply in a locked conversation.
pub(super) fn hold(cx: &mut Cx, row: &Conversation, body: Option<String>, message: &Message) -> Result<HeldReply> {
    if store::of(cx, row.id)?.len() >= MAX_HELD {
        let message = format!("At most {MAX_HELD} replies can wait in a conversation");
        return Err(Error::new(ErrorKind::Unprocessable, message));
    }
    let now = cx.now();
    let held_until = message.send_at.unwrap_or(now + UNDO).max(now + UNDO);
    let (then_state, snoozed_until) = Then::columns(message.then);
    let held = HeldReply {
        id: cx.mint(),
        conversation_id: row.id,
        admin_id: teammate(cx)?,
        body,
        attachments: attachments::listed(&message.attachments),
        then_state,
        snoozed_until,
        held_until,
        created_at: now,
    };
    store::insert(cx, &held)?;
    jobs::insert_in(cx, &HeldJob { id: held.id }, held_until - now)?;
    Ok(held)
}

/// Takes back a reply that has not been sent: it becomes a draft of the teammate, followed by the text of their current
/// draft.
pub fn withdraw(cx: &mut Cx, id: ConversationId, held: PartId) -> Result<(Conversation, Draft)> {
    let admin = teammate(cx)?;
    let edit = Edit::open(cx, id)?;
    let Some(held) = store::lock_of(cx, edit.now.id)?.into_iter().find(|row| row.id == held) else {
        let parts = conversation_parts::newest(cx, edit.now.id, LOOK_BACK, usize::MAX)?;
        let sent = parts.iter().any(|part| part.id == held || held_as(part) == Some(held));
        return Err(if sent { ErrorKind::AlreadySent } else { ErrorKind::ResourceNotFound }.into());
    };
    store::delete(cx, held.id)?;
    let files = files(&held);
    uploads::give_back(cx, admin, &files)?;
    let draft = drafts::prepend(cx, edit.now.id, DraftKind::Reply, held.body, files)?;
    Ok((edit.now, draft))
}

/// The ids of a held reply's files.
pub fn files(held: &HeldReply) -> Vec<AttachmentId> {
    held.attachments.as_deref().map(attachment_ids).unwrap_or_default()
}

/// Sends a held reply that is due, with all due replies of the conversation, in order. A single step completes the job.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let HeldJob { id } = HeldJob::of(job)?;
    let tenant = Arc::new(workspaces::known(&mut tx.within(&job.workspace))?.into());
    let system = Actor::system(Arc::clone(&tenant));
    // The row has the conversation's id. Only with the conversation locked is it known whether the reply is still held.
    let mut cx = Cx::new(tx, &system);
    let Some(held) = store::get(&mut cx, id)? else { return Ok(true) };
    let early = held.held_until - cx.now();
    if early > 0 {
        // The clock was set back.
        jobs::insert_in(&mut cx, &HeldJob { id }, early)?;
        return Ok(true);
    }
    let edit = match Edit::open(&mut cx, held.conversation_id) {
        // The conversation was deleted, and the reply with it.
        Err(error) if error.kind == ErrorKind::ResourceNotFound => return Ok(true),
        edit => edit?,
    };
    let (conversation, now) = (edit.now.id, cx.now());
    let mut due = store::lock_of(&mut cx, conversation)?;
    due.retain(|reply| reply.held_until <= now);
    due.sort_by_key(|reply| (reply.held_until, reply.id));
    for held in due {
        if admins::get(&mut cx, held.admin_id)?.is_some() {
            let actor = Actor::admin(Arc::clone(&tenant), held.admin_id);
            release(&mut cx.acting_as(&actor), held)?;
        } else {
            keep_as_note(&mut cx, &held)?;
        }
    }
    Ok(true)
}

/// Sends a reply in its conversation, which is locked.
fn release(cx: &mut Cx, held: HeldReply) -> Result<()> {
    let mut edit = Edit::open(cx, held.conversation_id)?;
    store::delete(cx, held.id)?;
    let attachments = files(&held);
    let then = match (held.then_state, held.snoozed_until) {
        (Some(ThenState::Closed), _) => Some(Then::Close),
        (Some(ThenState::Snoozed), Some(until)) => Some(Then::Snooze(until)),
        _ => None,
    };
    let part = NewPart {
        body: held.body,
        attachments,
        details: Some(json!({"held_id": held.id.number()})),
        ..NewPart::of(PartType::Comment, Author::Admin(held.admin_id))
    };
    let part = conversations::write_message(cx, &mut edit, part, false)?;
    replies::then(cx, &mut edit, held.admin_id, then)?;
    let row = edit.save(cx)?;
    reads::seen(cx, row.id, held.admin_id, part)
}

/// A scheduled reply of a teammate who has been removed is not sent. It becomes a note, so that it is not lost.
fn keep_as_note(cx: &mut Cx, held: &HeldReply) -> Result<()> {
    let mut edit = Edit::open(cx, held.conversation_id)?;
    store::delete(cx, held.id)?;
    let why = Html::of_text("This reply was not sent, because its author was removed before its time:");
    let why = why.map(|html| html.as_str().to_owned()).unwrap_or_default();
    let part = NewPart {
        body: Some(why + held.body.as_deref().unwrap_or("")),
        attachments: files(held),
        details: Some(json!({"held_id": held.id.number()})),
        ..NewPart::of(PartType::Note, Author::Admin(held.admin_id))
    };
    conversations::write_message(cx, &mut edit, part, true)?;
    edit.save(cx)?;
    Ok(())
}
