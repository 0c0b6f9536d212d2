//! Held replies: until they are due, only teammates see them, and they can be withdrawn.
//!
//! A held reply is a separate row, not a part, so parts, events and statistics do not include it. When it is due, one
//! transaction deletes the row and writes the part with the current time, so it is sent exactly once, however many
//! processes try.

use std::sync::Arc;

use deskwire_store::Tx;
use deskwire_store::conversation_parts::{self, PartType};
use deskwire_store::drafts::DraftKind;
use deskwire_store::held_replies::{self as store, ThenState};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use deskwire_store::held_replies::HeldReply;

use super::closing::{self, Closing, Unfilled};
use super::drafts::Prepended;
use super::replies::{self, Message, Then, UNDO, held_as};
use super::{drafts, macros, reads, teammate, uploads};
use crate::Cx;
use crate::actor::{Access, Actor, Principal};
use crate::attachments;
use crate::conversations::details::Details;
use crate::conversations::{self, Author, Conversation, Edit, NewPart, attachment_ids, noun};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AdminId, AttachmentId, ConversationId, MacroId, PartId, as_number};
use crate::jobs::{self, Job, JobKind, Work};
use crate::{permissions, workspaces};

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

/// The payload of the job that runs the actions of macros after a reply that was held. A job of its own, because it locks
/// tags before the conversation, which is locked while the reply is sent.
#[derive(Debug, Serialize, Deserialize)]
struct MacroJob {
    conversation_id: ConversationId,
    admin_id: AdminId,
    macro_ids: Vec<MacroId>,
}

impl Work for MacroJob {
    const KIND: JobKind = JobKind::MacroActions;
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
        macro_ids: (!message.macros.is_empty()).then(|| json!(message.macros).to_string()),
        held_until,
        created_at: now,
    };
    store::insert(cx, &held)?;
    jobs::insert_in(cx, &HeldJob { id: held.id }, held_until - now)?;
    Ok(held)
}

/// Withdraws a reply that has not been sent: it becomes a draft of its author, followed by the text of their current
/// draft. Only its author may do so.
pub fn withdraw(cx: &mut Cx, id: ConversationId, held: PartId) -> Result<(Conversation, Prepended)> {
    let admin = teammate(cx)?;
    let edit = Edit::open(cx, id)?;
    let Some(held) = store::lock_of(cx, edit.now.id)?.into_iter().find(|row| row.id == held) else {
        let parts = conversation_parts::newest(cx, edit.now.id, LOOK_BACK, usize::MAX)?;
        let sent = parts.iter().any(|part| part.id == held || held_as(part) == Some(held));
        return Err(if sent { ErrorKind::AlreadySent } else { ErrorKind::ResourceNotFound }.into());
    };
    if held.admin_id != admin {
        return Err(Error::new(ErrorKind::Forbidden, "Only its author can take back a reply"));
    }
    store::delete(cx, held.id)?;
    let files = files(&held);
    uploads::give_back(cx, admin, &files)?;
    let prepended = drafts::prepend(cx, edit.now.id, DraftKind::Reply, held.body.as_deref(), &files)?;
    Ok((edit.now, prepended))
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
    if jobs::is_early(&mut cx, &HeldJob { id }, held.held_until)? {
        return Ok(true);
    }
    let edit = match Edit::open(&mut cx, held.conversation_id) {
        Err(error) if error.kind == ErrorKind::ResourceNotFound => {
            // The conversation was deleted, and the reply with it, unless a merge was undone before.
            if store::get(&mut cx, id)?.is_some_and(|now| now.conversation_id != held.conversation_id) {
                jobs::insert(&mut cx, &HeldJob { id })?;
            }
            return Ok(true);
        }
        edit => edit?,
    };
    let (conversation, now) = (edit.now.id, cx.now());
    let mut due = store::lock_of(&mut cx, conversation)?;
    if due.iter().all(|reply| reply.id != id) && store::get(&mut cx, id)?.is_some() {
        // While this waited for the lock, a merge was undone, and the reply is in the other conversation again.
        jobs::insert(&mut cx, &HeldJob { id })?;
    }
    due.retain(|reply| reply.held_until <= now);
    due.sort_by_key(|reply| (reply.held_until, reply.id));
    let authors: Vec<AdminId> = due.iter().map(|reply| reply.admin_id).collect();
    let permitted = permissions::of_admins(&mut cx, &authors)?;
    let noun = noun(edit.now.is_ticket);
    for held in due {
        match permitted.get(&held.admin_id) {
            Some(permissions) if permissions.of(noun) >= Access::Write => {
                let actor = Actor::admin(Arc::clone(&tenant), held.admin_id);
                release(&mut cx.acting_as(&actor), held)?;
            }
            Some(_) => keep_as_note(&mut cx, &held, "its author may not reply any more")?,
            None => keep_as_note(&mut cx, &held, "its author was removed before its time")?,
        }
    }
    Ok(true)
}

/// Runs the actions of macros after the reply that they belong to, as its author. What no longer exists, and what the
/// author may not do any more, is skipped.
pub fn run_macros(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let MacroJob { conversation_id, admin_id, macro_ids } = MacroJob::of(job)?;
    let tenant = Arc::new(workspaces::known(&mut tx.within(&job.workspace))?.into());
    let system = Actor::system(Arc::clone(&tenant));
    let mut cx = Cx::new(tx, &system);
    let permissions = permissions::of_admins(&mut cx, &[admin_id])?.remove(&admin_id);
    let Some(permissions) = permissions.filter(|of| of.of_conversations() >= Access::Write) else {
        return Ok(true);
    };
    let actor = Actor::new(tenant, Principal::Admin(admin_id), permissions);
    let mut cx = cx.acting_as(&actor);
    for id in macro_ids {
        let run = cx.nested(|cx| macros::apply(cx, conversation_id, id, Unfilled::Skip));
        if let Err(error) = run
            && error.kind.class().is_of_server()
        {
            return Err(error);
        }
    }
    Ok(true)
}

/// Sends a reply in its conversation, which is locked.
fn release(cx: &mut Cx, held: HeldReply) -> Result<()> {
    let mut edit = Edit::open(cx, held.conversation_id)?;
    store::delete(cx, held.id)?;
    let attachments = files(&held);
    let mut lacking = Vec::new();
    let then = match (held.then_state, held.snoozed_until) {
        (Some(ThenState::Closed), _) => match closing::decide(cx, held.admin_id, &edit.now)? {
            Closing::Closes => Some(Then::Close),
            Closing::Already => None,
            // An attribute may have been cleared, or required, since the reply was written. It is sent nevertheless.
            Closing::Lacks(missing) => {
                lacking = missing;
                None
            }
        },
        (Some(ThenState::Snoozed), Some(until)) => Some(Then::Snooze(until)),
        _ => None,
    };
    let part = NewPart {
        body: held.body,
        attachments,
        details: Some(Details::Held { held_id: held.id }),
        ..NewPart::of(PartType::Comment, Author::Admin(held.admin_id))
    };
    let part = conversations::write_message(cx, &mut edit, part, false)?;
    if let Some(macro_ids) = held.macro_ids {
        let macro_ids = serde_json::from_str(&macro_ids).map_err(Error::internal)?;
        jobs::insert(cx, &MacroJob { conversation_id: edit.now.id, admin_id: held.admin_id, macro_ids })?;
    }
    replies::then(cx, &mut edit, held.admin_id, then)?;
    if !lacking.is_empty() {
        note_open(cx, &mut edit, held.admin_id, &lacking)?;
    }
    let row = edit.save(cx)?;
    reads::seen_since(cx, row.id, held.admin_id, part, held.created_at)
}

/// Says in a note why a conversation stays open, although the teammate closed it with the reply. It mentions them,
/// because they have left the conversation by now.
fn note_open(cx: &mut Cx, edit: &mut Edit, admin: AdminId, missing: &[String]) -> Result<()> {
    let why = format!("The conversation was not closed. Required before closing: {}", missing.join(", "));
    let part = NewPart {
        body: Html::of_text(&why).map(|html| html.as_str().to_owned()),
        details: Some(Details::Mentions { mentions: vec![admin] }),
        ..NewPart::of(PartType::Note, Author::Bot)
    };
    conversations::write_message(cx, edit, part, true)?;
    Ok(())
}

/// A scheduled reply of a teammate who has been removed, or whose role no longer permits it, is not sent. It becomes a
/// note, so that it is not lost.
fn keep_as_note(cx: &mut Cx, held: &HeldReply, reason: &str) -> Result<()> {
    let mut edit = Edit::open(cx, held.conversation_id)?;
    store::delete(cx, held.id)?;
    let why = Html::of_text(&format!("This reply was not sent, because {reason}:"));
    let why = why.map(|html| html.as_str().to_owned()).unwrap_or_default();
    let part = NewPart {
        body: Some(why + held.body.as_deref().unwrap_or("")),
        attachments: files(held),
        details: Some(Details::Held { held_id: held.id }),
        ..NewPart::of(PartType::Note, Author::Admin(held.admin_id))
    };
    conversations::write_message(cx, &mut edit, part, true)?;
    edit.save(cx)?;
    Ok(())
}
