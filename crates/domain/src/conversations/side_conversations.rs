//! Side conversations: what teammates discuss beside a conversation. Contacts never see them.

use std::collections::HashMap;

use deskwire_store::Tx;
use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::side_conversations::{self as store, SideConversation};

use super::edit::allowed;
use super::read::context;
use super::{Context, Conversation, known};
use crate::actor::{Access, Actor};
use crate::error::{Error, Kind, Result};
use crate::html::Html;

/// The most parts of one side conversation.
const MOST: i64 = 500;

/// A side conversation with its parts, oldest first.
#[derive(Debug, Clone)]
pub struct Side {
    /// Its row.
    pub row: SideConversation,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// One page of the side conversations of a conversation, oldest first; what they refer to, and how many there are.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, id: i64, limit: i64, offset: i64) -> Result<(Vec<Side>, Context, i64)> {
    known(tx, actor, id)?;
    let rows = store::page(tx, actor.workspace(), id, limit, offset)?;
    let ids: Vec<i64> = rows.iter().map(|s| s.id).collect();
    let parts = store::parts(tx, actor.workspace(), &ids)?;
    let context = context(tx, actor, &[], &parts)?;
    let mut by: HashMap<i64, Vec<Part>> = HashMap::new();
    for part in parts {
        by.entry(part.conversation_id).or_default().push(part);
    }
    let sides = rows.into_iter().map(|row| Side { parts: by.remove(&row.id).unwrap_or_default(), row }).collect();
    Ok((sides, context, store::count(tx, actor.workspace(), id)?))
}

/// A teammate starts one; its id.
pub fn start(tx: &mut Tx<'_>, actor: &Actor, id: i64, admin: i64, body: &Html) -> Result<i64> {
    let conversation = held(tx, actor, id)?;
    let side = SideConversation { conversation_id: id, id: tx.mint(), part_count: 1, created_at: tx.now() };
    store::insert(tx, actor.workspace(), &side)?;
    say(tx, actor, &conversation, side.id, admin, body)?;
    Ok(side.id)
}

/// A teammate says more in one; the part's id.
pub fn reply(tx: &mut Tx<'_>, actor: &Actor, id: i64, side: i64, admin: i64, body: &Html) -> Result<i64> {
    let conversation = held(tx, actor, id)?;
    let before = store::lock(tx, actor.workspace(), id, side)?.ok_or(Kind::ResourceNotFound)?;
    if before.part_count >= MOST {
        return Err(Error::invalid(format!("A side conversation can have at most {MOST} parts")));
    }
    let after = SideConversation { part_count: before.part_count + 1, ..before.clone() };
    store::update(tx, actor.workspace(), &before, &after)?;
    say(tx, actor, &conversation, side, admin, body)
}

fn held(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Conversation> {
    let row = deskwire_store::conversations::lock(tx, actor.workspace(), id)?.ok_or(Kind::ResourceNotFound)?;
    allowed(actor, &row, Access::Write)?;
    Ok(row)
}

fn say(tx: &mut Tx<'_>, actor: &Actor, conversation: &Conversation, side: i64, admin: i64, body: &Html) -> Result<i64> {
    let (id, now) = (tx.mint(), tx.now());
    let part = Part {
        conversation_id: side,
        id,
        part_type: "comment".to_owned(),
        body: Some(body.as_str().to_owned()),
        author_type: "admin".to_owned(),
        author_id: admin,
        state: conversation.state.clone(),
        created_at: now,
        updated_at: now,
        ..Part::default()
    };
    conversation_parts::insert(tx, actor.workspace(), &part)?;
    Ok(id)
}
