//! Parsing a search request with the workspace's custom attributes and segments.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Context, Custom, Fields, Parsed, parse};
use crate::Cx;
use crate::attributes::{self, Model};
use crate::error::Result;
use crate::ids::Id;
use crate::segments;

/// How a search is read.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether times are compared by whole days.
    pub by_days: bool,
    /// Whether `asc` and `desc` are orders too.
    pub lenient_order: bool,
    /// Results on a page when the caller does not say.
    pub per_page: usize,
    /// Results on a page at most.
    pub max_per_page: usize,
}

/// Parses a search of contacts or companies.
pub(crate) fn parse_people<I: Id>(
    cx: &mut Cx,
    model: Model,
    fields: &'static Fields,
    body: &Value,
    options: Options,
) -> Result<Parsed> {
    let custom = custom(cx, model, body)?;
    parse_with::<I>(cx, fields, body, options, &custom)
}

/// Parses a search that may name these custom attributes.
pub(crate) fn parse_with<I: Id>(
    cx: &mut Cx,
    fields: &'static Fields,
    body: &Value,
    options: Options,
    custom: &HashMap<String, Custom>,
) -> Result<Parsed> {
    let actor = cx.actor();
    let timezone = TimeZone::get(&actor.tenant.timezone).unwrap_or(TimeZone::UTC);
    let segments = if mentions(body, "segment_id") { segments::filters(cx)? } else { HashMap::new() };
    let context = Context {
        now: cx.now(),
        timezone: &timezone,
        by_days: options.by_days,
        lenient_order: options.lenient_order,
        relative: false,
        custom: &|name| custom.get(name).copied(),
        id: |text| I::parse(text).map(I::number),
        segment: &|id| segments.get(id).cloned(),
        per_page: options.per_page,
        max_per_page: options.max_per_page,
    };
    parse(body, fields, &context)
}

/// The live custom attributes by name, if the search could name any.
fn custom(cx: &mut Cx, model: Model, body: &Value) -> Result<HashMap<String, Custom>> {
    if !mentions(body, "custom_attributes.") {
        return Ok(HashMap::new());
    }
    known(cx, model)
}

/// The live custom attributes by name.
pub(crate) fn known(cx: &mut Cx, model: Model) -> Result<HashMap<String, Custom>> {
    let live = attributes::live(cx, model)?;
    Ok(live.into_iter().map(|a| (a.name, Custom { id: a.id.number(), kind: a.data_type.into() })).collect())
}

/// Whether any text in a value starts so.
pub(crate) fn mentions(value: &Value, start: &str) -> bool {
    match value {
        Value::String(text) => text.starts_with(start),
        Value::Array(items) => items.iter().any(|item| mentions(item, start)),
        Value::Object(map) => map.values().any(|item| mentions(item, start)),
        _ => false,
    }
}
