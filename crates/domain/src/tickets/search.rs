//! Searching tickets.

use std::collections::HashMap;

use deskwire_store::search;
use serde_json::{Map, Value, json};

use crate::Cx;
use crate::conversations::{Context, Full, find_tickets};
use crate::error::{ErrorKind, Result};
use crate::ids::ConversationId;

use crate::search::ticket_fields::TICKETS;
use crate::search::{Custom, CustomType, Options, Page, mentions, parse_with};
use crate::ticket_states::{self, TicketState};
use crate::ticket_types::{self, Category, TicketDataType, TicketTypeAttribute};

/// The prefix of the fields of attributes.
const ATTRIBUTE: &str = "ticket_attribute.";

/// The workspace's attributes and states, to translate queries.
struct Words {
    attributes: Vec<TicketTypeAttribute>,
    states: Vec<TicketState>,
}

/// Tickets that match a search, each with its newest parts.
pub fn search(cx: &mut Cx, body: &Value, options: Options) -> Result<Page<(Vec<Full>, Context)>> {
    let attributes = if mentions(body, ATTRIBUTE) { ticket_types::attributes(cx)? } else { Vec::new() };
    let states = if mentions(body, "state") { ticket_states::list(cx)? } else { Vec::new() };
    let custom: HashMap<String, Custom> = attributes
        .iter()
        .filter_map(|a| Some((a.id.to_string(), Custom { id: a.id.number(), kind: kind(a)? })))
        .collect();
    let mut body = body.clone();
    if let Some(query) = body.get_mut("query") {
        translate(query, &Words { attributes, states })?;
    }
    let parsed = parse_with::<ConversationId>(cx, &TICKETS, &body, options, &custom)?;
    parsed.run(cx, &search::TICKETS, find_tickets)
}

/// How values of an attribute compare; files do not.
fn kind(attribute: &TicketTypeAttribute) -> Option<CustomType> {
    Some(match attribute.data_type {
        TicketDataType::String | TicketDataType::List => CustomType::String,
        TicketDataType::Integer => CustomType::Integer,
        TicketDataType::Decimal => CustomType::Float,
        TicketDataType::Boolean => CustomType::Boolean,
        TicketDataType::Datetime => CustomType::Time,
        TicketDataType::Files => return None,
    })
}

/// Translates the values of a query to stored ones: categories, states by their category, items of lists.
fn translate(query: &mut Value, words: &Words) -> Result<()> {
    let Value::Object(filter) = query else { return Ok(()) };
    let Some(Value::String(field)) = filter.get("field") else {
        if let Some(Value::Array(parts)) = filter.get_mut("value") {
            parts.iter_mut().try_for_each(|part| translate(part, words))?;
        }
        return Ok(());
    };
    match field.clone().as_str() {
        "category" => each(filter, |word| match word {
            "request" => Some(Category::Customer.as_str().to_owned()),
            "task" => Some(Category::BackOffice.as_str().to_owned()),
            "tracker" => Some(Category::Tracker.as_str().to_owned()),
            _ => None,
        }),
        "state" => state(filter, &words.states),
        field => {
            if let Some(id) = field.strip_prefix(ATTRIBUTE) {
                let id: i64 = id.parse().map_err(|_| ErrorKind::TicketAttributeInvalid)?;
                let list = |a: &&TicketTypeAttribute| a.id.number() == id && a.data_type == TicketDataType::List;
                if let Some(list) = words.attributes.iter().find(list) {
                    let items = ticket_types::items(list);
                    each(filter, |word| items.iter().find(|item| item.id == word).map(|item| item.label.clone()));
                }
            }
        }
    }
    Ok(())
}

/// Replaces the values of a filter.
fn each(filter: &mut Map<String, Value>, word: impl Fn(&str) -> Option<String>) {
    let put = |value: &mut Value| {
        if let Some(other) = value.as_str().and_then(&word) {
            *value = other.into();
        }
    };
    match filter.get_mut("value") {
        Some(Value::Array(values)) => values.iter_mut().for_each(put),
        Some(value) => put(value),
        None => {}
    }
}

/// A filter on the category of the state becomes one on the states of that category.
fn state(filter: &mut Map<String, Value>, states: &[TicketState]) {
    let operator = match filter.get("operator").and_then(Value::as_str) {
        Some("=" | "IN" | "in") => "IN",
        Some("!=" | "NIN" | "nin") => "NIN",
        _ => return,
    };
    let asked: Vec<&str> = match filter.get("value") {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => return,
    };
    let found: Vec<i64> =
        states.iter().filter(|s| asked.contains(&s.category.as_str())).map(|s| s.id.number()).collect();
    // No state has the id 0: an unknown category matches nothing.
    let found = if found.is_empty() { vec![0] } else { found };
    *filter = Map::from_iter([
        ("field".to_owned(), "ticket_state_id".into()),
        ("operator".to_owned(), operator.into()),
        ("value".to_owned(), json!(found)),
    ]);
}
