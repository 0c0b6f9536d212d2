//! Walking over conversations.

use deskwire_store::search::{self, Filter, Found, Order, Position, Resource};
use serde_json::Value;

use crate::Cx;
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
pub fn list(cx: &mut Cx, after: Option<&Position>, limit: usize) -> Result<Found> {
    let actor = cx.actor();
    Ok(search::run(cx, resource(actor), &Filter::All, Order::NEWEST, after, limit)?)
}

/// Understands a search of conversations.
pub fn understand(cx: &mut Cx, body: &Value, manner: Manner) -> Result<Parsed> {
    let (custom, body) = for_search(cx, body)?;
    understand_with(cx, &CONVERSATIONS, &body, manner, &custom, ids::parse_decimal)
}

/// Conversations that match a search.
pub fn search(cx: &mut Cx, asked: &Parsed, after: Option<&Position>) -> Result<Found> {
    let actor = cx.actor();
    Ok(search::run(cx, resource(actor), &asked.filter, asked.order, after, asked.per_page)?)
}
