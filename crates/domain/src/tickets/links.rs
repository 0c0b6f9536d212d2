//! Links of tickets: the conversations of a tracker, and the conversation that a ticket was created from.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::{conversations as store, ticket_links};

use super::{open, unmerged};
use crate::Cx;
use crate::conversations::details::{Details, LinkedObject};
use crate::conversations::{self, Author, Conversation, Edit, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::events::ConversationKind;
use crate::ids::ConversationId;
use crate::ticket_types::Category;

/// The maximum number of conversations linked to a tracker.
const MAX: i64 = 2_500;

/// Checks that an object can be linked to a tracker: it has no tracker yet, and the tracker, if given, is below the
/// limit.
pub(super) fn room(cx: &mut Cx, tracker: Option<ConversationId>, object: ConversationId) -> Result<()> {
    if ticket_links::tracker_of(cx, object)?.is_some() {
        return Err(ErrorKind::AlreadyLinked.into());
    }
    match tracker {
        Some(tracker) if ticket_links::count(cx, tracker)? >= MAX => Err(ErrorKind::LinkLimit.into()),
        _ => Ok(()),
    }
}

/// The conversation or ticket at the other end of a link, locked. One that the actor may not see is not found.
pub(super) fn other(cx: &mut Cx, id: Option<ConversationId>) -> Result<Conversation> {
    let actor = cx.actor();
    let row = store::lock(cx, id.ok_or(ErrorKind::LinkNotFound)?)?;
    row.filter(|row| actor.sees(conversations::noun(row.is_ticket))).ok_or_else(|| ErrorKind::LinkNotFound.into())
}

/// The details in a part about the other end of a link.
fn details(other: &Conversation) -> Details {
    let kind = if other.is_ticket { ConversationKind::Ticket } else { ConversationKind::Conversation };
    Details::Link { linked_object: LinkedObject { r#type: kind, id: other.id, category: other.ticket_category } }
}

/// Writes a part about a link on each of its ends, and counts it.
fn write_parts(cx: &mut Cx, (one, other): (&mut Edit, &mut Edit), part_type: PartType, author: Author) -> Result<()> {
    let by = if part_type == PartType::EntityLinked { 1 } else { -1 };
    let about = [details(&other.now), details(&one.now)];
    for (edit, details) in [one, other].into_iter().zip(about) {
        edit.now.link_count += by;
        edit.part(cx, NewPart { details: Some(details), ..NewPart::of(part_type, author) })?;
    }
    Ok(())
}

/// Links a ticket to a conversation or another ticket, whose row is locked. Returns the changed row.
pub(super) fn join(cx: &mut Cx, ticket: &mut Edit, object: Conversation, author: Author) -> Result<Conversation> {
    let mut other = Edit::of(object);
    ticket_links::insert(cx, ticket.now.id, other.now.id)?;
    write_parts(cx, (ticket, &mut other), PartType::EntityLinked, author)?;
    other.save(cx)
}

/// Links a conversation or a customer ticket to a tracker. Returns the changed conversation.
pub fn link(cx: &mut Cx, ticket: ConversationId, object: Option<ConversationId>) -> Result<Conversation> {
    ticket_links::hold_both(cx, ticket, object.unwrap_or_default())?;
    let mut ticket = open(cx, ticket)?;
    if !is_tracker(&ticket.now) {
        return Err(ErrorKind::InvalidTicketType.into());
    }
    let object = other(cx, object)?;
    unmerged(&object)?;
    if object.is_ticket && object.ticket_category != Some(Category::Customer) {
        let message = "Only conversations and customer tickets can be linked to a tracker ticket";
        return Err(Error::invalid(message).field("conversation_id"));
    }
    room(cx, Some(ticket.now.id), object.id)?;
    let author = conversations::acting(cx)?;
    let linked = join(cx, &mut ticket, object, author)?;
    ticket.save(cx)?;
    Ok(linked)
}

/// Unlinks a conversation or a customer ticket from a tracker. Returns the changed conversation.
pub fn unlink(cx: &mut Cx, ticket: ConversationId, object: Option<ConversationId>) -> Result<Conversation> {
    ticket_links::hold_both(cx, ticket, object.unwrap_or_default())?;
    let mut ticket = open(cx, ticket)?;
    if !is_tracker(&ticket.now) {
        let message = "Only tracker tickets support unlinking conversations";
        return Err(Error::new(ErrorKind::InvalidTicketType, message));
    }
    let apart = || Error::new(ErrorKind::LinkNotFound, "Conversation is not linked to this ticket");
    let mut object = Edit::of(other(cx, object).map_err(|_| apart())?);
    if !ticket_links::delete(cx, ticket.now.id, object.now.id)? {
        return Err(apart());
    }
    let author = conversations::acting(cx)?;
    write_parts(cx, (&mut ticket, &mut object), PartType::EntityUnlinked, author)?;
    ticket.save(cx)?;
    object.save(cx)
}

fn is_tracker(row: &Conversation) -> bool {
    row.ticket_category == Some(Category::Tracker)
}
