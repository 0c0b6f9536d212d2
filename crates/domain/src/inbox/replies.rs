//! Replies and notes of teammates in the inbox.

use deskwire_store::admins;
use deskwire_store::conversation_parts::{self, Part, PartType};
use deskwire_store::drafts::{Draft, DraftKind};
use deskwire_store::held_replies::{self, HeldReply, ThenState};
use serde_json::Value;

use super::{closing, drafts, held, images, reads, teammate, uploads};
use crate::Cx;
use crate::attachments;
use crate::attributes::parse;
use crate::conversations::details::Details;
use crate::conversations::{self, Author, Conversation, Edit, NewPart};
use crate::error::{Error, Result};
use crate::html::Html;
use crate::ids::{AdminId, AttachmentId, ConversationId, MacroId, PartId};
use crate::names;
use crate::times::LATEST;

/// How long a reply can be withdrawn, in seconds.
pub const UNDO: i64 = 10;
/// How far ahead a reply may be scheduled, in seconds.
const MAX_DELAY: i64 = 365 * 86_400;
/// The maximum length of a message or draft, in characters.
pub const MAX_LENGTH: usize = 200_000;
/// The maximum number of teammates that a note mentions.
const MAX_MENTIONS: usize = 20;
/// The maximum number of macros whose actions run after a reply.
const MAX_MACROS: usize = 10;
/// The maximum number of unseen parts returned.
const MAX_NEWER: i64 = 20;

/// A change of the conversation when a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is closed.
    Close,
    /// It is snoozed until then (unix seconds).
    Snooze(i64),
}

impl Then {
    /// The columns of a held reply.
    pub(super) const fn columns(then: Option<Then>) -> (Option<ThenState>, Option<i64>) {
        match then {
            None => (None, None),
            Some(Then::Close) => (Some(ThenState::Closed), None),
            Some(Then::Snooze(until)) => (Some(ThenState::Snoozed), Some(until)),
        }
    }
}

/// A message of a teammate.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its kind: a reply or a note.
    pub kind: DraftKind,
    /// The body.
    pub body: Option<Html>,
    /// The URL of this server, to recognize its images.
    pub origin: String,
    /// Uploads of the teammate.
    pub attachments: Vec<AttachmentId>,
    /// The last part that the teammate saw, 0 for the first message; `None` to send the message whatever others wrote.
    pub seen: Option<PartId>,
    /// The change of the conversation.
    pub then: Option<Then>,
    /// When a reply is sent, if not now (unix seconds).
    pub send_at: Option<i64>,
    /// The macros whose actions run once a reply is sent.
    pub macros: Vec<MacroId>,
    /// The teammates whom a note mentions.
    pub mentions: Vec<AdminId>,
    /// The time of the draft that the message was written in, 0 for none; `None` if its version does not matter.
    pub base: Option<i64>,
}

/// The outcome of a message. A draft of another device is left if it is newer than the one that was sent.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A note was written; the changed conversation, and the draft that is left.
    Written(Box<Conversation>, PartId, Option<Draft>),
    /// A reply is held; the unchanged conversation, and the draft that is left.
    Held(Box<Conversation>, HeldReply, Option<Draft>),
    /// Nothing was done: somebody else wrote this after the part that the teammate saw.
    Newer(Newer),
}

/// Messages of others.
#[derive(Debug, Clone)]
pub struct Newer {
    /// The conversation, after merging.
    pub conversation: Box<Conversation>,
    /// Parts, oldest first.
    pub parts: Vec<Part>,
    /// Replies that are held.
    pub held: Vec<HeldReply>,
}

/// Writes a note at once, and holds a reply for [`UNDO`] seconds or until its time. The draft in which the teammate
/// wrote it is removed.
pub fn send(cx: &mut Cx, id: ConversationId, message: &Message) -> Result<Outcome> {
    let admin = teammate(cx)?;
    let mut edit = Edit::open(cx, id)?;
    check(cx, message)?;
    if let Some(newer) = newer(cx, &edit.now, admin, message.seen)? {
        return Ok(Outcome::Newer(newer));
    }
    if message.then == Some(Then::Close) {
        closing::check(cx, admin, &edit.now)?;
    }
    // The draft may be in a conversation that was merged meanwhile.
    uploads::take(cx, admin, &message.attachments, &[id, edit.now.id])?;
    let body = images::body(cx, message.body.as_ref(), &message.origin, &message.attachments)?;
    check_not_empty(body.is_some(), message)?;
    let left = drafts::sent(cx, id, admin, message, body.as_deref())?;
    if edit.now.id != id {
        drafts::sent(cx, edit.now.id, admin, message, body.as_deref())?;
    }
    if message.kind == DraftKind::Reply {
        let held = held::hold(cx, &edit.now, body, message)?;
        return Ok(Outcome::Held(Box::new(edit.now), held, left));
    }
    let mentions = &message.mentions;
    let part = NewPart {
        body,
        attachments: message.attachments.clone(),
        details: (!mentions.is_empty()).then(|| Details::Mentions { mentions: mentions.clone() }),
        ..NewPart::of(PartType::Note, Author::Admin(admin))
    };
    let part = conversations::write_message(cx, &mut edit, part, message.then.is_some())?;
    then(cx, &mut edit, admin, message.then)?;
    let row = edit.save(cx)?;
    reads::seen(cx, row.id, admin, part)?;
    Ok(Outcome::Written(Box::new(row), part, left))
}

/// Applies the change of a locked conversation when a message is sent, after [`closing::decide`]. A snooze time in the
/// past does nothing, and neither does closing what is closed.
pub(super) fn then(cx: &mut Cx, edit: &mut Edit, admin: AdminId, then: Option<Then>) -> Result<()> {
    match then {
        None => Ok(()),
        Some(Then::Close) => closing::close_checked(cx, edit, admin),
        Some(Then::Snooze(until)) if until <= cx.now() => Ok(()),
        Some(Then::Snooze(until)) => conversations::snooze(cx, edit, Author::Admin(admin), until),
    }
}

/// Rejects a message that has neither a body nor files.
fn check_not_empty(has_body: bool, message: &Message) -> Result<()> {
    if has_body || !message.attachments.is_empty() {
        return Ok(());
    }
    Err(Error::missing("html is required").field("html"))
}

/// Rejects an invalid message.
fn check(cx: &mut Cx, message: &Message) -> Result<()> {
    let now = cx.now();
    check_not_empty(message.body.is_some(), message)?;
    if let Some(body) = &message.body {
        names::at_most("html", body.as_str(), MAX_LENGTH)?;
    }
    if message.attachments.len() > attachments::MAX_FILES {
        let message = format!("attachment_ids may hold {} files at most", attachments::MAX_FILES);
        return Err(Error::invalid(message).field("attachment_ids"));
    }
    let note = message.kind == DraftKind::Note;
    if let Some(at) = message.send_at {
        if note {
            return Err(Error::invalid("Only replies can be sent later").field("send_at"));
        }
        if at <= now || at > now + MAX_DELAY {
            return Err(Error::invalid("send_at must be in the future, within a year").field("send_at"));
        }
    }
    if let Some(Then::Snooze(until)) = message.then
        && (until <= message.send_at.unwrap_or(now) || until > LATEST)
    {
        let message = "snoozed_until must be in the future, after send_at and before the year 2200";
        return Err(Error::invalid(message).field("snoozed_until"));
    }
    if note && !message.macros.is_empty() {
        return Err(Error::invalid("Only replies run macros once they are sent").field("macro_ids"));
    }
    if message.macros.len() > MAX_MACROS {
        let message = format!("macro_ids may hold {MAX_MACROS} macros at most");
        return Err(Error::invalid(message).field("macro_ids"));
    }
    if !note && !message.mentions.is_empty() {
        return Err(Error::invalid("Only notes mention teammates").field("mentions"));
    }
    if message.mentions.len() > MAX_MENTIONS {
        let message = format!("mentions may hold {MAX_MENTIONS} teammates at most");
        return Err(Error::invalid(message).field("mentions"));
    }
    if !message.mentions.is_empty() {
        let known = admins::all(cx)?;
        let unknown = message.mentions.iter().find(|id| known.iter().all(|admin| admin.id != **id));
        if let Some(id) = unknown {
            return Err(Error::invalid(format!("There is no teammate {id}")).field("mentions"));
        }
    }
    Ok(())
}

/// The messages of others in a locked conversation since `seen`; `None` if there are none.
fn newer(cx: &mut Cx, row: &Conversation, admin: AdminId, seen: Option<PartId>) -> Result<Option<Newer>> {
    let Some(seen) = seen else { return Ok(None) };
    let mut parts = conversation_parts::messages_after(cx, row.id, seen, admin, MAX_NEWER)?;
    parts.retain(|part| held_as(part).is_none_or(|held| held > seen));
    let mut held = held_replies::of(cx, row.id)?;
    held.retain(|reply| reply.admin_id != admin && reply.id > seen);
    let any = !parts.is_empty() || !held.is_empty();
    Ok(any.then(|| Newer { conversation: Box::new(row.clone()), parts, held }))
}

/// The id that a part had while it was held. Teammates who saw the held reply have seen the part.
pub fn held_as(part: &Part) -> Option<PartId> {
    let details = part.details.as_deref().filter(|details| details.contains("held_id"))?;
    parse(details).get("held_id").and_then(Value::as_i64).map(PartId::new)
}
