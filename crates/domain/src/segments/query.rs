//! The tags and attributes that queries of segments use.

use deskwire_store::segments::{self as store, PersonType};

use serde_json::Value;

use super::Segment;
use crate::Cx;
use crate::attributes::Model;
use crate::error::Result;
use crate::ids::TagId;
use crate::search::{CUSTOM, Query, Term};

/// The names of the segments that use a tag.
pub(crate) fn names_using_tag(cx: &mut Cx, tag: TagId) -> Result<Vec<String>> {
    let is_tag = |value: &Value| match value {
        Value::String(text) => text.trim().parse() == Ok(tag.number()),
        value => value.as_i64() == Some(tag.number()),
    };
    let asks = |term: &&Term| term.field == "tag_id" && term.value.as_ref().is_some_and(is_tag);
    let mut segments = store::all(cx)?;
    segments.retain(|segment| tree(segment).terms().iter().any(asks));
    Ok(segments.into_iter().map(|segment| segment.name).collect())
}

/// Whether a segment uses a custom attribute.
pub(crate) fn uses_attribute(cx: &mut Cx, model: Model, name: &str) -> Result<bool> {
    let company = model == Model::Company;
    let asks = |term: &&Term| term.field.strip_prefix(CUSTOM) == Some(name);
    let mut segments = store::all(cx)?.into_iter().filter(|s| (s.person_type == PersonType::Company) == company);
    Ok(segments.any(|segment| tree(&segment).terms().iter().any(asks)))
}

/// The syntax tree of a segment's query.
pub(super) fn tree(segment: &Segment) -> Query {
    Query::read(json(segment))
}

/// The query of a segment.
pub(super) fn json(segment: &Segment) -> Value {
    serde_json::from_str(&segment.query).unwrap_or_default()
}
