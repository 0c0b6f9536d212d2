//! Deleting a ticket for good.

use deskwire_store::{
    Tx, attachments, conversation_parts, conversations as store, deleted_conversations, ticket_links,
};
use serde_json::json;

use super::locked;
use crate::actor::Actor;
use crate::conversation_index;
use crate::conversations::attachment_ids;
use crate::error::Result;
use crate::events::{self, Topic};

/// Deletes a ticket with all that was said in it, its files and its links. Only that there was one is remembered.
pub fn delete(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<()> {
    let row = locked(tx, actor, id)?;
    let workspace = actor.workspace();
    let lists = conversation_parts::attachments(tx, workspace, id)?;
    let files: Vec<i64> = lists.iter().chain(&row.source_attachments).flat_map(|list| attachment_ids(list)).collect();
    attachments::delete_many(tx, workspace, &files)?;
    ticket_links::delete_all_of(tx, workspace, id)?;
    conversation_index::drop(tx, actor, id)?;
    store::delete(tx, workspace, id)?;
    deleted_conversations::insert(tx, workspace, id, true)?;
    let ticket = row.ticket_number.map(|number| number.to_string());
    events::emit(tx, actor, Topic::TicketDeleted, id, &json!({"ticket_id": ticket}))
}
