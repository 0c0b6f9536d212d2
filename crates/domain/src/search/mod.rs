//! The search language: a JSON query, checked against the fields of what is searched.
//!
//! ```text
//! body   = { "query": group | filter, "pagination"?: { per_page, starting_after }, "sort"?: { field, order } }
//! group  = { "operator": "AND" | "OR", "value": [ filter | group, ... ] }
//! filter = { "field": name, "operator": operator, "value": value }
//! ```
//!
//! [`parse`] makes of it a [`Filter`] and an [`Order`] for `store::search`, or says what is wrong
//! with it, naming field, operator and value.

pub mod conversation_fields;
pub mod fields;
mod filter;
mod options;
mod page;
mod stored;
pub mod ticket_fields;
mod values;
mod walk;
pub(crate) mod words;

#[cfg(test)]
mod tests;

use deskwire_store::search::{Filter, Order};
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::{Error, Result};

pub use fields::{COMPANIES, CONTACTS, Custom, CustomType, Fields};
pub use options::Options;
pub(crate) use options::{known, mentions, parse_people, parse_with};
pub(crate) use stored::Reader;
pub(crate) use walk::walk;
pub use walk::{Page, Window};

/// Tests a group may hold.
pub const MAX_FILTERS: usize = 15;
/// Groups inside each other.
pub const MAX_DEPTH: usize = 2;
/// Values one list may hold.
pub const MAX_LIST: usize = 300;
/// Values a whole query may hold.
pub const MAX_VALUES: usize = 3_000;

/// What a query is parsed with.
pub struct Context<'c> {
    /// Now, in unix seconds.
    pub now: i64,
    /// The workspace's time zone, in which days begin.
    pub timezone: &'c TimeZone,
    /// Whether the times of contacts are compared by whole days (versions up to 2.16).
    pub by_days: bool,
    /// Whether `asc` and `desc` are orders too (versions up to 2.15).
    pub lenient_order: bool,
    /// Whether `days_ago` may stand for a value; times are then compared to the second. For the
    /// queries of segments.
    pub relative: bool,
    /// The custom attributes by name, without the archived ones.
    pub custom: &'c dyn Fn(&str) -> Option<Custom>,
    /// Parses an id in the API's form for the searched objects.
    pub id: fn(&str) -> Option<i64>,
    /// The filter of a segment, by its id in the API's form; unknown segments have none.
    pub segment: &'c dyn Fn(&str) -> Option<Filter>,
    /// Results on a page when the caller does not say.
    pub per_page: usize,
    /// The maximum of results on a page; larger requests are reduced to it.
    pub max_per_page: usize,
}

/// A search, parsed and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What is searched.
    pub filter: Filter,
    /// In which order it comes.
    pub order: Order,
    /// Results on a page.
    pub per_page: usize,
    /// The cursor, as the caller gave it.
    pub starting_after: Option<String>,
    /// The number of the page, which only has a meaning together with a cursor.
    pub page: Option<i64>,
}

/// Parses the body of a search.
pub fn parse(body: &Value, fields: &'static Fields, context: &Context<'_>) -> Result<Parsed> {
    let Some(object) = body.as_object() else {
        return Err(Error::invalid("The search must be a JSON object"));
    };
    let query = match object.get("query") {
        None | Some(Value::Null) => return Err(Error::missing("query is required").field("query")),
        Some(query) => query,
    };
    let filter = parse_query(query, fields, context)?;
    let order = page::order(object.get("sort"), fields, context)?;
    let page::Pagination { per_page, starting_after, page } = page::pagination(object.get("pagination"), context)?;
    Ok(Parsed { filter, order, per_page, starting_after, page })
}

/// Parses a query alone, as segments keep it.
pub fn parse_query(query: &Value, fields: &'static Fields, context: &Context<'_>) -> Result<Filter> {
    filter::Parser { fields, context, values: 0 }.query(query, 1)
}
