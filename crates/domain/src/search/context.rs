//! The workspace's data that a query is compiled with.

use std::collections::HashMap;

use deskwire_store::search::Filter;
use jiff::tz::TimeZone;

use super::compile::Compiler;
use super::{Custom, Fields, Query, Term};
use crate::Cx;
use crate::attributes::{self, Model};
use crate::error::Result;
use crate::ids::Id;

/// What a query is compiled with.
pub(crate) struct Context<'c> {
    /// The current time, in unix seconds.
    pub(crate) now: i64,
    /// The workspace's time zone, in which days begin.
    pub(crate) timezone: TimeZone,
    /// Whether the times of contacts are compared by whole days (versions up to 2.16).
    pub(crate) by_days: bool,
    /// Whether `days_ago` may replace a value. Times are then compared by the second. Set for the queries of segments.
    pub(crate) relative: bool,
    /// Parses an id of the searched objects in the API's form.
    pub(crate) id: fn(&str) -> Option<i64>,
    /// The custom attributes that are not archived, by name.
    pub(crate) custom: HashMap<String, Custom>,
    /// The filters of segments, by their ids in the API's form. Unknown segments match nothing.
    pub(crate) segments: HashMap<String, Filter>,
    /// The categories of tickets' states, and the ids of their states.
    pub(crate) categories: Vec<(&'static str, i64)>,
    /// Returns the term to compile instead, where clients write other values than those stored.
    pub(crate) translate: &'c dyn Fn(&Term) -> Option<Term>,
}

impl Context<'static> {
    /// Returns the context for a query that names nothing of the workspace.
    pub(crate) fn new<I: Id>(cx: &Cx) -> Self {
        Self {
            now: cx.now(),
            timezone: TimeZone::get(&cx.actor().tenant.timezone).unwrap_or(TimeZone::UTC),
            by_days: false,
            relative: false,
            id: |text| I::parse(text).map(I::number),
            custom: HashMap::new(),
            segments: HashMap::new(),
            categories: Vec::new(),
            translate: &|_| None,
        }
    }

    /// Adds the attributes of contacts or companies if the query names any.
    pub(crate) fn with_attributes(mut self, cx: &mut Cx, model: Model, named: bool) -> Result<Self> {
        if named {
            let live = attributes::live(cx, model)?.into_iter();
            self.custom = live.map(|a| (a.name, Custom { id: a.id.number(), kind: a.data_type.into() })).collect();
        }
        Ok(self)
    }
}

impl Context<'_> {
    /// Compiles a query to a filter.
    pub(crate) fn compile(&self, query: &Query, fields: &'static Fields) -> Result<Filter> {
        Compiler { fields, context: self, values: 0 }.query(query)
    }
}
