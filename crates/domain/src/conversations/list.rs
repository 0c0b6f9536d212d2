//! Walking over conversations.

use deskwire_store::Tx;
use deskwire_store::search::{self, Filter, Found, Order, Position, Resource};
use serde_json::Value;

use crate::actor::{Actor, Noun};
use crate::conversation_attributes::for_search;
use crate::error::Result;
use crate::ids;
use crate::search::conversation_fields::CONVERSATIONS;
use crate::search::{Manner, Parsed, understand_with};

/// What somebody finds: tickets only when they may read them.
fn resource(actor: &Actor) -> &'static Resource {
    if actor.reads(Noun::Tickets) { &search::ALL_CONVERSATIONS } else { &search::PLAIN_CONVERSATIONS }
}

/// Conversations, newest first: an order that no reply changes, so that a walk misses nothing.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, after: Option<&Position>, limit: usize) -> Result<Found> {
    Ok(search::run(tx, resource(actor), actor.workspace(), &Filter::All, Order::NEWEST, after, limit)?)
}

/// Understands a search of conversations.
pub fn understand(tx: &mut Tx<'_>, actor: &Actor, body: &Value, manner: Manner) -> Result<Parsed> {
    let (custom, body) = for_search(tx, actor, body)?;
    understand_with(tx, actor, &CONVERSATIONS, &body, manner, &custom, ids::parse_decimal)
}

/// Conversations that match a search.
pub fn search(tx: &mut Tx<'_>, actor: &Actor, asked: &Parsed, after: Option<&Position>) -> Result<Found> {
    Ok(search::run(tx, resource(actor), actor.workspace(), &asked.filter, asked.order, after, asked.per_page)?)
}
