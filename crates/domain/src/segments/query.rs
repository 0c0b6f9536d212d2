//! The tags and attributes that queries of segments use.

use deskwire_store::segments::{self as store, PersonType};
use serde_json::Value;

use crate::Cx;
use crate::attributes::Model;
use crate::error::Result;
use crate::ids::TagId;

/// The names of the segments that use a tag.
pub(crate) fn asking_for_tag(cx: &mut Cx, tag: TagId) -> Result<Vec<String>> {
    let names = store::all(cx)?;
    let asks = |leaf: &Value| {
        leaf["field"] == "tag_id"
            && match &leaf["value"] {
                Value::String(text) => text.trim().parse() == Ok(tag.number()),
                value => value.as_i64() == Some(tag.number()),
            }
    };
    Ok(names.into_iter().filter(|s| any(&parsed(&s.query), &asks)).map(|s| s.name).collect())
}

/// Whether a segment uses a custom attribute.
pub(crate) fn asking_for_attribute(cx: &mut Cx, model: Model, name: &str) -> Result<bool> {
    let field = format!("custom_attributes.{name}");
    let company = model == Model::Company;
    let segments = store::all(cx)?;
    let asks = |leaf: &Value| leaf["field"] == field.as_str();
    Ok(segments.iter().any(|s| (s.person_type == PersonType::Company) == company && any(&parsed(&s.query), &asks)))
}

/// Whether any filter of the query satisfies `asks`.
pub(super) fn any(query: &Value, asks: &impl Fn(&Value) -> bool) -> bool {
    match query.get("value") {
        Some(Value::Array(parts)) if query.get("field").is_none_or(Value::is_null) => {
            parts.iter().any(|part| any(part, asks))
        }
        _ => asks(query),
    }
}

/// A stored query.
pub(super) fn parsed(query: &str) -> Value {
    serde_json::from_str(query).unwrap_or(Value::Null)
}
