//! What a query means in a workspace.

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
    /// Now, in unix seconds.
    pub(crate) now: i64,
    /// The workspace's time zone, in which days begin.
    pub(crate) timezone: TimeZone,
    /// Whether the times of contacts are compared by whole days (versions up to 2.16).
    pub(crate) by_days: bool,
    /// Whether `days_ago` may stand for a value; times are then compared to the second. For the queries of segments.
    pub(crate) relative: bool,
    /// Parses an id in the API's form for the searched objects.
    pub(crate) id: fn(&str) -> Option<i64>,
    /// The custom attributes by name, without the archived ones.
    pub(crate) custom: HashMap<String, Custom>,
    /// The filters of segments, by their ids in the API's form; unknown segments match nothing.
    pub(crate) segments: HashMap<String, Filter>,
    /// The term to compile instead, where clients write other values than are stored.
    pub(crate) translate: &'c dyn Fn(&Term) -> Option<Term>,
}

impl Context<'static> {
    /// For a query that names nothing of the workspace.
    pub(crate) fn new<I: Id>(cx: &Cx) -> Self {
        Self {
            now: cx.now(),
            timezone: TimeZone::get(&cx.actor().tenant.timezone).unwrap_or(TimeZone::UTC),
            by_days: false,
            relative: false,
            id: |text| I::parse(text).map(I::number),
            custom: HashMap::new(),
            segments: HashMap::new(),
            translate: &|_| None,
        }
    }

    /// With the attributes of contacts or companies, if the query names any.
    pub(crate) fn with_attributes(mut self, cx: &mut Cx, model: Model, named: bool) -> Result<Self> {
        if named {
            let live = attributes::live(cx, model)?.into_iter();
            self.custom = live.map(|a| (a.name, Custom { id: a.id.number(), kind: a.data_type.into() })).collect();
        }
        Ok(self)
    }
}

impl Context<'_> {
    /// The filter of a query.
    pub(crate) fn compile(&self, query: &Query, fields: &'static Fields) -> Result<Filter> {
        Compiler { fields, context: self, values: 0 }.query(query)
    }
}
