//! Deleting conversations, and the statistics of deleted ones.

use deskwire_store::conversation_parts::{self, Part, PartType};
use deskwire_store::conversations::{self as store, DeliveredAs, SourceType};
use deskwire_store::{
    Hold, conversation_links, deleted_conversations, fin_requests, fin_sessions, messages, search, ticket_links,
};
use serde_json::{Value, json};

use super::Conversation;
use super::edit::allowed;
use crate::Cx;
use crate::actor::{Access, Noun};
use crate::attachments;
use crate::attributes::parse;
use crate::calls;
use crate::conversation_index;
use crate::custom_objects;
use crate::error::{ErrorKind, Result};
use crate::events::{self, ConversationDeleted, ConversationKind, Topic};
use crate::ids::{AdminId, ContactId, ConversationId, MessageId};
use crate::inbox::{drafts, idempotency};
use crate::reports;
use crate::ticket_attributes::file_ids;

pub use deskwire_store::deleted_conversations::Deleted;

/// Deletes a conversation with its messages. Its statistics are retained only if `retain_metrics` is set.
pub fn delete(cx: &mut Cx, id: ConversationId, retain_metrics: bool) -> Result<Conversation> {
    let row = delete_one_of(cx, id, retain_metrics)?;
    idempotency::forget_later(cx, std::slice::from_ref(&row))?;
    Ok(row)
}

/// Like [`delete`], for one of many. The caller passes all of them to [`idempotency::forget_later`].
pub(crate) fn delete_one_of(cx: &mut Cx, id: ConversationId, retain_metrics: bool) -> Result<Conversation> {
    let actor = cx.actor();
    let row = held_to_remove(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &row, Access::Write)?;
    remove(cx, row, retain_metrics)
}

/// Returns a conversation or ticket that is to be deleted, locked against new references.
pub(crate) fn held_to_remove(cx: &mut Cx, id: ConversationId) -> Result<Option<Conversation>> {
    ticket_links::hold_around(cx, id)?;
    Ok(store::hold(cx, id, Hold::End)?)
}

/// Deletes the contact's conversations that have no other contacts. The caller has locked the contact and its
/// conversations.
pub(crate) fn delete_of_contact(cx: &mut Cx, contact: ContactId) -> Result<()> {
    let mut gone = Vec::new();
    for id in conversation_links::only_with(cx, contact)? {
        if let Some(row) = held_to_remove(cx, id)? {
            gone.push(remove(cx, row, true)?);
        }
    }
    idempotency::forget_later(cx, &gone)
}

/// Deletes a locked conversation or ticket. The caller passes all that it deletes to [`idempotency::forget_later`].
pub(crate) fn remove(cx: &mut Cx, row: Conversation, retain_metrics: bool) -> Result<Conversation> {
    let contacts = conversation_links::contacts(cx, &[row.id])?.remove(&row.id).unwrap_or_default();
    let contacts = contacts.iter().map(|contact| contact.id).collect();
    let mut files = file_ids(&row.ticket_attributes);
    files.extend(store::attachments(cx, row.id)?.iter().flat_map(|f| super::attachment_ids(f)));
    attachments::remove(cx, &files)?;
    drafts::remove_of(cx, row.id)?;
    if row.source_type == SourceType::PhoneCall {
        calls::remove_of(cx, row.id)?;
    }
    if row.source_delivered_as == DeliveredAs::AdminInitiated {
        messages::clear(cx, MessageId::new(row.source_id.number()))?;
    }
    ticket_links::delete_all_of(cx, row.id)?;
    let sort =
        if row.is_ticket { custom_objects::ObjectKind::Ticket } else { custom_objects::ObjectKind::Conversation };
    custom_objects::forget(cx, sort, row.id)?;
    fin_sessions::delete_of(cx, row.id)?;
    search::forget_messages(cx, row.id)?;
    fin_requests::delete_of(cx, row.id)?;
    conversation_index::drop(cx, row.id)?;
    let merged = store::delete(cx, row.id)?;
    for id in &merged {
        note_deletion(cx, *id)?;
    }
    reports::recount_later(cx, &merged)?;
    let metrics = retain_metrics.then(|| metrics(&row).to_string());
    let deleted = Deleted {
        id: row.id,
        is_ticket: row.is_ticket,
        metrics_retained: retain_metrics,
        metrics,
        deleted_at: cx.now(),
    };
    deleted_conversations::insert(cx, &deleted)?;
    let (topic, kind) = if row.is_ticket {
        (Topic::TicketDeleted, ConversationKind::Ticket)
    } else {
        (Topic::ConversationDeleted, ConversationKind::Conversation)
    };
    let payload = ConversationDeleted {
        kind,
        id: row.id,
        contacts,
        ticket_id: row.ticket_number,
        metrics_retained: retain_metrics,
    };
    events::emit(cx, topic, row.id, payload)?;
    Ok(row)
}

/// Notes in a conversation that the one it was merged into was deleted: nothing else shows it any more.
fn note_deletion(cx: &mut Cx, merged: ConversationId) -> Result<()> {
    let found = conversation_parts::last_of_type(cx, merged, PartType::MergedSecondaryConversation)?;
    let Some(before) = found else { return Ok(()) };
    let mut details = parse(before.details.as_deref().unwrap_or("{}"));
    details.insert("into_deleted".to_owned(), Value::Bool(true));
    let after = Part { details: Some(Value::Object(details).to_string()), ..before.clone() };
    Ok(conversation_parts::update(cx, &before, &after)?)
}

/// Returns the statistics of a conversation, with the columns that reports group by.
fn metrics(c: &Conversation) -> Value {
    json!({
        "created_at": c.created_at,
        "state": c.state,
        "admin_assignee_id": c.admin_assignee_id.number(),
        "team_assignee_id": c.team_assignee_id.number(),
        "merged_into": c.merged_into,
        "channel": c.channel_initial,
        "rating": c.rating,
        "first_contact_reply_at": c.first_contact_reply_at,
        "first_assignment_at": c.first_assignment_at,
        "first_admin_reply_at": c.first_admin_reply_at,
        "first_close_at": c.first_close_at,
        "last_close_at": c.last_close_at,
        "last_closed_by_id": c.last_closed_by_id.map(AdminId::number),
        "time_to_assignment": c.time_to_assignment,
        "time_to_admin_reply": c.time_to_admin_reply,
        "time_to_first_close": c.time_to_first_close,
        "time_to_last_close": c.time_to_last_close,
        "median_time_to_reply": c.median_time_to_reply,
        "count_reopens": c.count_reopens,
        "count_assignments": c.count_assignments,
        "count_parts": c.count_parts,
        "handling_time": c.handling_time,
        "adjusted_handling_time": c.adjusted_handling_time,
    })
}

/// Returns a page of deleted conversations and the total count. Tickets are included only if the actor may read them.
pub fn deleted(cx: &mut Cx, newest_first: bool, limit: i64, offset: i64) -> Result<(Vec<Deleted>, i64)> {
    let actor = cx.actor();
    let tickets = actor.reads(Noun::Tickets);
    let rows = deleted_conversations::page(cx, tickets, newest_first, limit, offset)?;
    Ok((rows, deleted_conversations::count(cx, tickets)?))
}
