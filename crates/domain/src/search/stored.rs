//! Compiling the stored queries of segments and audiences.

use deskwire_store::search::Filter;

use super::fields::Type;
use super::{COMPANIES, CONTACTS, CUSTOM, Context, Fields, Query};
use crate::Cx;
use crate::attributes::Model;
use crate::error::Result;
use crate::ids::ContactId;
use crate::segments;

/// Compiles stored queries of contacts and companies. They compare times by the second.
pub(crate) struct Stored {
    people: Context<'static>,
    companies: Context<'static>,
}

impl Stored {
    /// Loads the attributes that are among these fields of the two models.
    pub(crate) fn load(cx: &mut Cx, fields: &[(Model, &str)]) -> Result<Self> {
        let mut context = |model| {
            let named = fields.iter().any(|(of, field)| *of == model && field.starts_with(CUSTOM));
            let context = Context { relative: true, ..Context::new::<ContactId>(cx) };
            context.with_attributes(cx, model, named)
        };
        Ok(Self { people: context(Model::Contact)?, companies: context(Model::Company)? })
    }

    /// Also loads the filters of segments, for queries that may name segments.
    pub(crate) fn with_segments(mut self, cx: &mut Cx) -> Result<Self> {
        self.people.segments = segments::filters(cx)?;
        Ok(self)
    }

    /// Returns the filter of a query over a model.
    pub(crate) fn filter(&self, model: Model, query: &Query) -> Result<Filter> {
        let (context, fields) = self.of(model);
        context.compile(query, fields)
    }

    /// Returns the type of a model's field, or `None` if there is no field with this name.
    pub(crate) fn kind(&self, model: Model, name: &str) -> Option<Type> {
        let (context, fields) = self.of(model);
        fields.find(name, &context.custom).map(|field| field.kind)
    }

    fn of(&self, model: Model) -> (&Context<'static>, &'static Fields) {
        if model == Model::Company { (&self.companies, &COMPANIES) } else { (&self.people, &CONTACTS) }
    }
}
