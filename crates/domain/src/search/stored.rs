//! Parsing queries that a workspace keeps: those of segments and audiences.

use std::collections::HashMap;

use deskwire_store::search::Filter;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{COMPANIES, CONTACTS, Context, Custom, Fields, known, parse_query};
use crate::Cx;
use crate::attributes::Model;
use crate::error::Result;
use crate::ids::ContactId;
use crate::segments;

/// Parses stored queries of contacts and companies. They compare times by the second.
pub(crate) struct Reader {
    now: i64,
    timezone: TimeZone,
    people: HashMap<String, Custom>,
    companies: HashMap<String, Custom>,
    segments: HashMap<String, Filter>,
}

impl Reader {
    /// Loads the attributes that queries over these models, each as JSON, could name.
    pub(crate) fn load(cx: &mut Cx, queries: &[(Model, &str)]) -> Result<Self> {
        let names = |model| queries.iter().any(|(of, query)| *of == model && query.contains("custom_attributes."));
        Ok(Self {
            now: cx.now(),
            timezone: TimeZone::get(&cx.actor().tenant.timezone).unwrap_or(TimeZone::UTC),
            people: if names(Model::Contact) { known(cx, Model::Contact)? } else { HashMap::new() },
            companies: if names(Model::Company) { known(cx, Model::Company)? } else { HashMap::new() },
            segments: HashMap::new(),
        })
    }

    /// The same for queries that may name segments.
    pub(crate) fn with_segments(self, cx: &mut Cx) -> Result<Self> {
        Ok(Self { segments: segments::filters(cx)?, ..self })
    }

    /// The filter of a query over a model.
    pub(crate) fn parse(&self, model: Model, query: &Value) -> Result<Filter> {
        let custom = |name: &str| self.attributes(model).get(name).copied();
        let context = Context {
            now: self.now,
            timezone: &self.timezone,
            by_days: false,
            lenient_order: false,
            relative: true,
            custom: &custom,
            id: |text| ContactId::parse(text).map(ContactId::number),
            segment: &|id| self.segments.get(id).cloned(),
            per_page: 1,
            max_per_page: 1,
        };
        parse_query(query, fields(model), &context)
    }

    /// The type of a field of a model, if there is one of this name.
    pub(crate) fn kind(&self, model: Model, name: &str) -> Option<super::fields::Type> {
        fields(model).find(name, &|name| self.attributes(model).get(name).copied()).map(|field| field.kind)
    }

    fn attributes(&self, model: Model) -> &HashMap<String, Custom> {
        if model == Model::Company { &self.companies } else { &self.people }
    }
}

fn fields(model: Model) -> &'static Fields {
    if model == Model::Company { &COMPANIES } else { &CONTACTS }
}
