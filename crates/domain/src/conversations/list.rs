//! Listing and searching conversations.

use deskwire_store::search::{self, Filter, Order, Resource};
use serde_json::Value;

use super::{Context, Full, find_many};
use crate::Cx;
use crate::actor::{Actor, Noun};
use crate::conversation_attributes as attributes;
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;

use crate::search::conversation_fields::CONVERSATIONS;
use crate::search::{self as language, CUSTOM, Page, Query, Request, Window, walk};

/// Returns the resource with the kinds of conversations that an actor may read. Fails if there are none.
pub(crate) fn resource(actor: &Actor) -> Result<&'static Resource> {
    match (actor.reads(Noun::Conversations), actor.reads(Noun::Tickets)) {
        (true, true) => Ok(&search::ALL_CONVERSATIONS),
        (true, false) => Ok(&search::PLAIN_CONVERSATIONS),
        (false, true) => Ok(&search::TICKETS),
        (false, false) => Err(ErrorKind::TokenUnauthorized.into()),
    }
}

/// Returns conversations, newest first. Replies do not change this order, so paging misses nothing.
pub fn list(cx: &mut Cx, window: &Window) -> Result<Page<(Vec<Full>, Context)>> {
    let resource = resource(cx.actor())?;
    walk(cx, resource, (&Filter::All, Order::NEWEST), window, find_many)
}

/// Returns the conversations that match a search.
pub fn search(cx: &mut Cx, request: &Request) -> Result<Page<(Vec<Full>, Context)>> {
    let named = attributes::for_search(cx, request)?;
    let context = language::Context {
        custom: attributes::custom(&named),
        translate: &|term| attributes::by_options(&named, term),
        ..language::Context::new::<ConversationId>(cx)
    };
    let resource = resource(cx.actor())?;
    request.run(cx, (&CONVERSATIONS, resource), &context, find_many)
}

/// The fields that reveal people or tags, with their kind.
const NAMING: &[(&str, Noun)] = &[
    ("source.author.id", Noun::People),
    ("source.author.name", Noun::People),
    ("source.author.email", Noun::People),
    ("contact_ids", Noun::People),
    ("conversation_rating.contact_id", Noun::People),
    ("tag_ids", Noun::Tags),
    ("tag_id", Noun::Tags),
];

/// Returns a field of a query that reveals a kind of data that the actor may not see, and this kind.
pub(crate) fn names_hidden(actor: &Actor, query: &Value) -> Option<(&'static str, Noun)> {
    language::names_hidden(actor, query, NAMING)
}

/// Returns the filter of a query alone, without an order and a page.
pub(crate) fn filter(cx: &mut Cx, query: Value) -> Result<Filter> {
    let query = Query::read(query);
    let named = if query.names(CUSTOM) { attributes::list(cx, false)? } else { Vec::new() };
    let context = language::Context {
        custom: attributes::custom(&named),
        translate: &|term| attributes::by_options(&named, term),
        ..language::Context::new::<ConversationId>(cx)
    };
    context.compile(&query, &CONVERSATIONS)
}
