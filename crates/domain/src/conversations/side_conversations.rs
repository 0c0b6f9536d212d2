//! Side conversations among teammates. Contacts never see them.

use deskwire_store::conversation_parts::PartType;
use deskwire_store::conversations::AuthorType;
use std::collections::HashMap;

use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::side_conversations::{self as store, SideConversation};

use super::edit::allowed;
use super::read::context;
use super::{Context, Conversation, known};
use crate::Cx;
use crate::actor::Access;
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AdminId, ConversationId, PartId};

/// The maximum number of parts of a side conversation.
const MAX: i64 = 500;

/// A side conversation with its parts, oldest first.
#[derive(Debug, Clone)]
pub struct Side {
    /// The row.
    pub row: SideConversation,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// Returns a page of the side conversations of a conversation, oldest first, with the objects that they refer to and
/// the total count.
pub fn list(cx: &mut Cx, id: ConversationId, limit: i64, offset: i64) -> Result<(Vec<Side>, Context, i64)> {
    known(cx, id)?;
    let rows = store::page(cx, id, limit, offset)?;
    let ids: Vec<ConversationId> = rows.iter().map(|s| s.id).collect();
    let parts = store::parts(cx, &ids)?;
    let context = context(cx, &[], &parts)?;
    let mut by: HashMap<ConversationId, Vec<Part>> = HashMap::new();
    for part in parts {
        by.entry(part.conversation_id).or_default().push(part);
    }
    let sides = rows.into_iter().map(|row| Side { parts: by.remove(&row.id).unwrap_or_default(), row }).collect();
    Ok((sides, context, store::count(cx, id)?))
}

/// Starts a side conversation with a teammate's message. Returns its id.
pub fn start(cx: &mut Cx, id: ConversationId, admin: AdminId, body: &Html) -> Result<ConversationId> {
    let conversation = held(cx, id)?;
    let side = SideConversation { conversation_id: id, id: cx.mint(), part_count: 1, created_at: cx.now() };
    store::insert(cx, &side)?;
    add_comment(cx, &conversation, side.id, admin, body)?;
    Ok(side.id)
}

/// Adds a teammate's message to a side conversation. Returns the id of the part.
pub fn reply(cx: &mut Cx, id: ConversationId, side: ConversationId, admin: AdminId, body: &Html) -> Result<PartId> {
    let conversation = held(cx, id)?;
    let before = store::lock(cx, id, side)?.ok_or(ErrorKind::ResourceNotFound)?;
    if before.part_count >= MAX {
        return Err(Error::invalid(format!("A side conversation can have at most {MAX} parts")));
    }
    let after = SideConversation { part_count: before.part_count + 1, ..before.clone() };
    store::update(cx, &before, &after)?;
    add_comment(cx, &conversation, side, admin, body)
}

fn held(cx: &mut Cx, id: ConversationId) -> Result<Conversation> {
    let actor = cx.actor();
    let row = deskwire_store::conversations::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    allowed(actor, &row, Access::Write)?;
    Ok(row)
}

fn add_comment(
    cx: &mut Cx,
    conversation: &Conversation,
    side: ConversationId,
    admin: AdminId,
    body: &Html,
) -> Result<PartId> {
    let (id, now) = (cx.mint(), cx.now());
    let part = Part {
        conversation_id: side,
        id,
        part_type: PartType::Comment,
        body: Some(body.as_str().to_owned()),
        author_type: AuthorType::Admin,
        author_id: admin.number(),
        state: conversation.state,
        created_at: now,
        updated_at: now,
        ..Part::default()
    };
    conversation_parts::insert(cx, &part)?;
    Ok(id)
}
