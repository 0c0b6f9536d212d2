//! Searching conversations by their attributes. Of a list, searches know which option was chosen and callers its label.

use std::borrow::Cow;
use std::collections::HashMap;

use deskwire_store::conversation_attributes as store;
use deskwire_store::search::fold;
use serde_json::{Value, json};

use super::{ConversationAttribute, ConversationDataType, choices};
use crate::Cx;
use crate::error::Result;
use crate::search::{Custom, CustomType, mentions};

/// How the fields are called.
const PREFIX: &str = "custom_attributes.";

/// The attributes that a search may name, and the search with options instead of labels.
pub(crate) fn for_search<'b>(cx: &mut Cx, body: &'b Value) -> Result<(HashMap<String, Custom>, Cow<'b, Value>)> {
    if !mentions(body, PREFIX) {
        return Ok((HashMap::new(), Cow::Borrowed(body)));
    }
    let mut body = body.clone();
    let live = store::live(cx)?;
    if let Some(query) = body.get_mut("query") {
        options(&live, query);
    }
    let custom = |a: ConversationAttribute| Some((a.name, Custom { id: a.id.number(), kind: kind(a.data_type)? }));
    Ok((live.into_iter().filter_map(custom).collect(), Cow::Owned(body)))
}

/// How values of a type compare; relationships and files do not.
const fn kind(data_type: ConversationDataType) -> Option<CustomType> {
    match data_type {
        ConversationDataType::String | ConversationDataType::List => Some(CustomType::String),
        ConversationDataType::Integer => Some(CustomType::Integer),
        ConversationDataType::Decimal => Some(CustomType::Float),
        ConversationDataType::Boolean => Some(CustomType::Boolean),
        ConversationDataType::Datetime => Some(CustomType::Date),
        ConversationDataType::Relationship | ConversationDataType::Files => None,
    }
}

/// Replaces labels by options in each filter on a list.
fn options(live: &[ConversationAttribute], query: &mut Value) {
    let name = query.get("field").and_then(Value::as_str).and_then(|f| f.strip_prefix(PREFIX));
    let list = name
        .and_then(|name| live.iter().rfind(|a| a.name == name))
        .filter(|a| a.data_type == ConversationDataType::List);
    if let Some(list) = list {
        if let Some((operator, ids)) = meant(list, query) {
            query["operator"] = operator.into();
            query["value"] = json!(ids);
        }
    } else if let Some(Value::Array(parts)) = query.get_mut("value") {
        for part in parts.iter_mut().filter(|part| part.is_object()) {
            options(live, part);
        }
    }
}

/// The options that a filter selects, and its operator for them. Invalid filters stay as they are.
fn meant(list: &ConversationAttribute, filter: &Value) -> Option<(&'static str, Vec<String>)> {
    let operator = filter.get("operator")?.as_str()?;
    let given: Vec<String> = match filter.get("value")? {
        Value::String(text) => vec![fold(text)],
        Value::Array(items) => items.iter().map(|i| i.as_str().map(fold)).collect::<Option<_>>()?,
        _ => return None,
    };
    let matches = |label: &str, given: &String| match operator {
        "~" | "!~" => label.contains(given.as_str()),
        "^" => label.starts_with(given.as_str()),
        "$" => label.ends_with(given.as_str()),
        _ => label == given,
    };
    let found = choices(list).into_iter().filter(|c| given.iter().any(|g| matches(&fold(&c.label), g)));
    let mut ids: Vec<String> = found.map(|c| c.id).collect();
    if ids.is_empty() {
        // No conversation has it: it is the id of no option.
        ids.push("-".to_owned());
    }
    match operator {
        "=" | "IN" | "in" | "~" | "^" | "$" => Some(("IN", ids)),
        "!=" | "NIN" | "nin" | "!~" => Some(("NIN", ids)),
        _ => None,
    }
}
