//! Replies of teammates and contacts in a conversation.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::ConversationState;
use deskwire_store::{conversation_links, conversation_parts, conversations as store, text_enum};
use serde_json::Value;

use super::author::{self, Author};
use super::create::record_reply;
use super::details::{Details, QuickReply};
use super::edit::{Edit, Happened, NewPart};
use super::{Conversation, contact};
use crate::Cx;
use crate::actor::Noun;
use crate::attachments;
use crate::contacts::Contact;
use crate::error::{ErrorKind, Result};
use crate::events::Topic;
use crate::html::Html;
use crate::ids::{ConversationId, PartId};
use crate::person::Person;
use crate::times;

/// The conversation that a reply is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyTo {
    /// The one with this id.
    Id(ConversationId),
    /// The latest one of this contact.
    LastOf(Person),
}

/// The author of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyAuthor {
    /// A teammate, by id.
    Admin(String),
    /// A contact.
    Contact(Person),
}

text_enum! {
    /// What a reply is.
    pub enum MessageType {
        Comment = "comment",
        Note = "note",
        QuickReply = "quick_reply",
    }
}

/// A reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The author.
    pub by: ReplyAuthor,
    /// What it is; contacts write no notes.
    pub message_type: MessageType,
    /// The body.
    pub body: Option<Html>,
    /// The options of a quick reply: `[{text, uuid}]`.
    pub options: Option<Value>,
    /// The attached files.
    pub attachments: Vec<attachments::New>,
    /// When it was written, in unix seconds, if in the past.
    pub created_at: Option<i64>,
    /// Whether people are notified.
    pub notify: bool,
    /// Whether a snoozed conversation stays snoozed.
    pub skip_unsnooze: bool,
}

/// Writes a reply. Returns the changed conversation and the id of the part.
pub fn reply(cx: &mut Cx, to: &ReplyTo, reply: &Reply) -> Result<(Conversation, PartId)> {
    let actor = cx.actor();
    let mut edit = match to {
        ReplyTo::Id(id) => Edit::open(cx, *id)?,
        ReplyTo::LastOf(person) => {
            let of = contact(cx, person)?.ok_or(ErrorKind::ContactNotFound)?;
            let tickets = actor.writes(Noun::Tickets);
            let last = store::last_of_contact(cx, of.id, tickets)?;
            Edit::open(cx, last.ok_or(ErrorKind::ResourceNotFound)?)?
        }
    };
    edit.notify = reply.notify;
    let part = match &reply.by {
        ReplyAuthor::Admin(id) => {
            let author = Author::Admin(author::admin(cx, id)?);
            times::past(cx, reply.created_at)?;
            from_admin(cx, &mut edit, reply, author)?
        }
        ReplyAuthor::Contact(person) => {
            let contact = contact(cx, person)?.ok_or(ErrorKind::ContactNotFound)?;
            times::past(cx, reply.created_at)?;
            from_contact(cx, &mut edit, reply, &contact)?
        }
    };
    Ok((edit.save(cx)?, part))
}

/// Returns the part for a reply.
fn part(cx: &mut Cx, reply: &Reply, author: Author, kind: PartType) -> Result<NewPart> {
    let attachments = attachments::insert(cx, &reply.attachments)?;
    let quick_reply = |options: &Value| {
        if author.is_contact() {
            QuickReply::Chosen { quick_reply_uuid: options.get(0).and_then(|o| o.get("uuid")).cloned() }
        } else {
            QuickReply::Offered { quick_reply_options: options.clone() }
        }
    };
    let details = reply.options.as_ref().map(|options| Details::QuickReply { metadata: quick_reply(options) });
    let body = match (&reply.body, &reply.options) {
        (Some(body), _) => Some(body.as_str().to_owned()),
        // The option that a contact chose becomes the body.
        (None, Some(options)) if author.is_contact() => options
            .get(0)
            .and_then(|o| o.get("text"))
            .and_then(Value::as_str)
            .and_then(Html::of_text)
            .map(|h| h.as_str().to_owned()),
        _ => None,
    };
    Ok(NewPart { body, attachments, details, created_at: reply.created_at, ..NewPart::of(kind, author) })
}

/// Returns whether a message was written before the conversation was closed or snoozed, which happens in imports. Such
/// a message does not reopen it.
fn is_earlier(cx: &mut Cx, edit: &Edit, said_at: Option<i64>) -> Result<bool> {
    let Some(at) = said_at.filter(|_| edit.now.state != ConversationState::Open) else { return Ok(false) };
    let parts = conversation_parts::outlines(cx, edit.now.id)?;
    let since = parts.iter().rev().take_while(|part| part.state == edit.now.state).last();
    Ok(since.is_some_and(|part| at < part.created_at))
}

/// Writes a contact's reply, which reopens the conversation.
pub(crate) fn from_contact(cx: &mut Cx, edit: &mut Edit, reply: &Reply, contact: &Contact) -> Result<PartId> {
    if !conversation_links::has_contact(cx, edit.now.id, contact.id)? {
        return Err(ErrorKind::ContactNotFound.into());
    }
    let kind = if edit.now.state != ConversationState::Open && !is_earlier(cx, edit, reply.created_at)? {
        let now = cx.now();
        edit.state(ConversationState::Open, now, None);
        PartType::Open
    } else if reply.message_type == MessageType::QuickReply {
        PartType::QuickReply
    } else {
        PartType::Comment
    };
    let part = part(cx, reply, Author::of(contact), kind)?;
    let id = edit.part(cx, part)?;
    let at = reply.created_at.unwrap_or_else(|| cx.now());
    record_reply(cx, contact, at)?;
    edit.emit(Happened::both(Topic::ConversationUserReplied, Topic::TicketContactReplied), Some(id));
    Ok(id)
}

fn from_admin(cx: &mut Cx, edit: &mut Edit, reply: &Reply, author: Author) -> Result<PartId> {
    let kind = match reply.message_type {
        MessageType::Note => PartType::Note,
        MessageType::QuickReply => PartType::QuickReply,
        MessageType::Comment => PartType::Comment,
    };
    let part = part(cx, reply, author, kind)?;
    write_message(cx, edit, part, reply.skip_unsnooze)
}

/// Writes a teammate's message in a locked conversation. It unsnoozes a snoozed conversation unless `stays_asleep` is
/// set, and leaves a closed one closed.
pub(crate) fn write_message(cx: &mut Cx, edit: &mut Edit, mut part: NewPart, stays_asleep: bool) -> Result<PartId> {
    let wakes = edit.now.state == ConversationState::Snoozed && !stays_asleep;
    let wakes = wakes && !is_earlier(cx, edit, part.created_at)?;
    if wakes {
        let now = cx.now();
        edit.state(ConversationState::Open, now, None);
    }
    let note = part.part_type.is_note();
    if note && wakes {
        part.part_type = PartType::NoteAndUnsnooze;
    }
    let id = edit.part(cx, part)?;
    if note {
        edit.emit(Happened::both(Topic::ConversationAdminNoted, Topic::TicketNoted), Some(id));
    } else {
        edit.emit(Happened::both(Topic::ConversationAdminReplied, Topic::TicketAdminReplied), Some(id));
    }
    if wakes {
        edit.emit(Happened::conversation(Topic::ConversationUnsnoozed), Some(id));
    }
    Ok(id)
}
