//! The search language: a JSON query over the fields of a resource.
//!
//! ```text
//! body   = { "query": group | filter, "pagination"?: { per_page, starting_after }, "sort"?: { field, order } }
//! group  = { "operator": "AND" | "OR", "value": [ filter | group, ... ] }
//! filter = { "field": name, "operator": operator, "value": value }
//! ```
//!
//! [`Request::read`] parses the body once, to a syntax tree (`query.rs`). A verb asks the tree which names of the
//! workspace it needs, and compiles it with them (`Context`, `compile.rs`) to the filter and the order that
//! `store::search` runs. An error names the field, the operator and the value.

mod compile;
mod context;
pub mod conversation_fields;
pub mod fields;
mod hidden;
mod query;
mod request;
mod stored;
pub mod ticket_fields;
mod values;
mod walk;
pub(crate) mod words;

#[cfg(test)]
mod tests;

pub(crate) use context::Context;
pub use fields::{COMPANIES, CONTACTS, Custom, CustomType, Fields};
pub(crate) use fields::{CUSTOM, TICKET_ATTRIBUTE};
pub use hidden::check_seen;
pub(crate) use hidden::{names_hidden, refused};
pub(crate) use query::{Query, Term, Test};
pub use request::{Options, Request};
pub(crate) use stored::Stored;
pub(crate) use walk::walk;
pub use walk::{Page, Window};

/// The maximum number of filters in a group.
pub const MAX_FILTERS: usize = 15;
/// The maximum depth of nested groups.
pub const MAX_DEPTH: usize = 2;
/// The maximum number of values in a list.
pub const MAX_LIST: usize = 300;
/// The maximum number of values in a query.
pub const MAX_VALUES: usize = 3_000;
