//! Walking over conversations.

use deskwire_store::search::{self, Filter, Order, Resource};
use serde_json::Value;

use super::{Context, Full, find_many};
use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::conversation_attributes::for_search;
use crate::error::Result;
use crate::ids::ConversationId;

use crate::search::conversation_fields::CONVERSATIONS;
use crate::search::{Options, Page, Window, parse_with, walk};

/// The resource that an actor may search: tickets only with permission to read them.
fn resource(actor: &Actor) -> &'static Resource {
    if actor.reads(Noun::Tickets) { &search::ALL_CONVERSATIONS } else { &search::PLAIN_CONVERSATIONS }
}

/// Conversations, newest first: replies do not change this order, so paging misses nothing.
pub fn list(cx: &mut Cx, window: &Window) -> Result<Page<(Vec<Full>, Context)>> {
    let resource = resource(cx.actor());
    walk(cx, resource, (&Filter::All, Order::NEWEST), window, find_many)
}

/// Conversations that match a search.
pub fn search(cx: &mut Cx, body: &Value, options: Options) -> Result<Page<(Vec<Full>, Context)>> {
    let (custom, body) = for_search(cx, body)?;
    let resource = resource(cx.actor());
    parse_with::<ConversationId>(cx, &CONVERSATIONS, &body, options, &custom)?.run(cx, resource, find_many)
}
