//! The members of segments.

use deskwire_store::contacts::ContactRole;
use deskwire_store::segments::PersonType;
use std::collections::HashMap;
use std::slice;

use deskwire_store::search::{self, Filter, Resource, Target, contacts as columns};
use deskwire_store::segments as store;

use super::{Segment, query};
use crate::Cx;
use crate::attributes::Model;
use crate::contacts;
use crate::error::{ErrorKind, Result};
use crate::ids::{CompanyId, ContactId, SegmentId};

use crate::search::{Query, Stored};

/// The number of segments per statement.
const BATCH_SIZE: usize = 25;

/// The current number of people or companies in a segment.
pub fn count(cx: &mut Cx, segment: &Segment) -> Result<i64> {
    let filter = filter_of(cx, segment)?;
    let count = search::count(cx, resource(segment), &filter)?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The segments that a contact is in.
pub fn of_contact(cx: &mut Cx, contact: ContactId) -> Result<Vec<Segment>> {
    let contact = contacts::active(cx, contact)?;
    let mut segments = super::list(cx)?;
    segments.retain(|s| s.person_type == person_type(contact.role));
    let filters = filters_of(cx, &segments)?;
    let mut of = Vec::new();
    for (some, filters) in segments.chunks(BATCH_SIZE).zip(filters.chunks(BATCH_SIZE)) {
        let matches = search::matches(cx, &search::CONTACTS, contact.id.number(), filters)?;
        of.extend(some.iter().zip(matches).filter(|(_, matches)| *matches).map(|(s, _)| s.clone()));
    }
    Ok(of)
}

/// The segments that each of these companies is in.
pub fn of_companies(cx: &mut Cx, companies: &[CompanyId]) -> Result<HashMap<CompanyId, Vec<Segment>>> {
    let mut segments = store::all(cx)?;
    segments.retain(|s| s.person_type == PersonType::Company);
    let mut of: HashMap<CompanyId, Vec<Segment>> = HashMap::new();
    if segments.is_empty() || companies.is_empty() {
        return Ok(of);
    }
    let filters = filters_of(cx, &segments)?;
    for (some, filters) in segments.chunks(BATCH_SIZE).zip(filters.chunks(BATCH_SIZE)) {
        for (company, matches) in search::matches_many(cx, &search::COMPANIES, companies, filters)? {
            let in_these = some.iter().zip(matches).filter(|(_, matches)| *matches).map(|(s, _)| s.clone());
            of.entry(company).or_default().extend(in_these);
        }
    }
    Ok(of)
}

/// The filters of all segments of people, by the id in its API form, for searches with a segment term.
pub fn filters(cx: &mut Cx) -> Result<HashMap<String, Filter>> {
    let segments = super::list(cx)?;
    let filters = filters_of(cx, &segments)?;
    Ok(segments.iter().map(|s| s.id.to_string()).zip(filters).collect())
}

/// The filter of a segment of companies. Fails for a segment of people.
pub fn company_filter(cx: &mut Cx, segment: SegmentId) -> Result<Filter> {
    let segment = super::find(cx, segment)?;
    if segment.person_type != PersonType::Company {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    filter_of(cx, &segment)
}

/// The person type of a role.
fn person_type(role: ContactRole) -> PersonType {
    if role == ContactRole::User { PersonType::User } else { PersonType::Contact }
}

fn resource(segment: &Segment) -> &'static Resource {
    if segment.person_type == PersonType::Company { &search::COMPANIES } else { &search::CONTACTS }
}

fn filter_of(cx: &mut Cx, segment: &Segment) -> Result<Filter> {
    Ok(filters_of(cx, slice::from_ref(segment))?.swap_remove(0))
}

/// The filters of segments, in their order. A query that is no longer valid matches nothing.
fn filters_of(cx: &mut Cx, segments: &[Segment]) -> Result<Vec<Filter>> {
    let trees: Vec<Query> = segments.iter().map(query::tree).collect();
    let queries: Vec<_> = segments.iter().map(|s| s.person_type).zip(&trees).collect();
    let compiled = compile(cx, &queries)?.into_iter().zip(segments).map(|(filter, segment)| {
        filter.unwrap_or_else(|error| {
            tracing::warn!(segment = %segment.id, "the query of a segment cannot be understood: {error}");
            Filter::None
        })
    });
    Ok(compiled.collect())
}

/// Compiles queries to filters, each for this person type. Segments cannot be nested, so there are no cycles.
pub(super) fn compile(cx: &mut Cx, queries: &[(PersonType, &Query)]) -> Result<Vec<Result<Filter>>> {
    let mut fields = Vec::new();
    for (kind, query) in queries {
        fields.extend(query.terms().into_iter().map(|term| (model(*kind), term.field.as_str())));
    }
    let stored = Stored::load(cx, &fields)?;
    let compile = |(kind, query): &(PersonType, &Query)| {
        let filter = stored.filter(model(*kind), query)?;
        let role = match kind {
            PersonType::Company => return Ok(filter),
            PersonType::User => ContactRole::User,
            PersonType::Contact => ContactRole::Lead,
        };
        Ok(Filter::And(vec![Filter::eq(Target::Column(&columns::ROLE), role.as_str()), filter]))
    };
    Ok(queries.iter().map(compile).collect())
}

/// The model that the queries of a person type search.
fn model(person_type: PersonType) -> Model {
    if person_type == PersonType::Company { Model::Company } else { Model::Contact }
}
