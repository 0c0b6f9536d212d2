//! Who is in a segment.

use deskwire_store::contacts::ContactRole;
use deskwire_store::segments::PersonType;
use std::collections::HashMap;

use deskwire_store::search::{self, Filter, Resource, Target, contacts as columns};
use deskwire_store::segments as store;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Segment, query};
use crate::Cx;
use crate::attributes::Model;
use crate::contacts;
use crate::error::{ErrorKind, Result};
use crate::ids::{CompanyId, ContactId, SegmentId};

use crate::search::{self as language, Context, Custom};

/// The number of segments in one statement.
const BATCH_SIZE: usize = 25;

/// How many people or companies are in a segment now.
pub fn count(cx: &mut Cx, segment: &Segment) -> Result<i64> {
    let filter = Reader::of(cx, std::slice::from_ref(segment))?.filter(segment);
    let count = search::count(cx, resource(segment), &filter)?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The segments that a contact is in.
pub fn of_contact(cx: &mut Cx, contact: ContactId) -> Result<Vec<Segment>> {
    let contact = contacts::active(cx, contact)?;
    let mut segments = super::list(cx)?;
    segments.retain(|s| s.person_type == person_type(contact.role));
    let reader = Reader::of(cx, &segments)?;
    let mut of = Vec::new();
    for some in segments.chunks(BATCH_SIZE) {
        let filters: Vec<Filter> = some.iter().map(|s| reader.filter(s)).collect();
        let matches = search::matches(cx, &search::CONTACTS, contact.id.number(), &filters)?;
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
    let reader = Reader::of(cx, &segments)?;
    for some in segments.chunks(BATCH_SIZE) {
        let filters: Vec<Filter> = some.iter().map(|s| reader.filter(s)).collect();
        for (company, matches) in search::matches_many(cx, &search::COMPANIES, companies, &filters)? {
            let in_these = some.iter().zip(matches).filter(|(_, matches)| *matches).map(|(s, _)| s.clone());
            of.entry(company).or_default().extend(in_these);
        }
    }
    Ok(of)
}

/// The filters of all segments of people, each under its id as the API shows it: for searches that ask for a segment.
pub fn filters(cx: &mut Cx) -> Result<HashMap<String, Filter>> {
    let segments = super::list(cx)?;
    let reader = Reader::of(cx, &segments)?;
    Ok(segments.iter().map(|s| (s.id.to_string(), reader.filter(s))).collect())
}

/// The filter of a segment of companies; segments of people are not there.
pub fn company_filter(cx: &mut Cx, segment: SegmentId) -> Result<Filter> {
    let segment = super::find(cx, segment)?;
    if segment.person_type != PersonType::Company {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    Ok(Reader::of(cx, std::slice::from_ref(&segment))?.filter(&segment))
}

/// The person type of a role.
fn person_type(role: ContactRole) -> PersonType {
    if role == ContactRole::User { PersonType::User } else { PersonType::Contact }
}

fn resource(segment: &Segment) -> &'static Resource {
    if segment.person_type == PersonType::Company { &search::COMPANIES } else { &search::CONTACTS }
}

/// Parses the queries of segments.
pub(super) struct Reader {
    now: i64,
    timezone: TimeZone,
    people: HashMap<String, Custom>,
    companies: HashMap<String, Custom>,
}

impl Reader {
    /// Loads the attributes that these queries could use.
    pub(super) fn load(cx: &mut Cx, queries: &[(PersonType, &str)]) -> Result<Self> {
        let actor = cx.actor();
        let asks = |company: bool| {
            queries
                .iter()
                .any(|(kind, query)| (*kind == PersonType::Company) == company && query.contains("custom_attributes."))
        };
        Ok(Self {
            now: cx.now(),
            timezone: TimeZone::get(&actor.tenant.timezone).unwrap_or(TimeZone::UTC),
            people: if asks(false) { language::known(cx, Model::Contact)? } else { HashMap::new() },
            companies: if asks(true) { language::known(cx, Model::Company)? } else { HashMap::new() },
        })
    }

    /// The same for stored segments.
    fn of(cx: &mut Cx, segments: &[Segment]) -> Result<Self> {
        let queries: Vec<_> = segments.iter().map(|s| (s.person_type, s.query.as_str())).collect();
        Self::load(cx, &queries)
    }

    /// A segment's filter. A query that is no longer valid matches nothing.
    fn filter(&self, segment: &Segment) -> Filter {
        self.parse(segment.person_type, &query::parsed(&segment.query)).unwrap_or_else(|error| {
            tracing::warn!(segment = %segment.id, "the query of a segment cannot be understood: {error}");
            Filter::None
        })
    }

    /// The filter of a query for this kind of people or companies.
    pub(super) fn parse(&self, person_type: PersonType, query: &Value) -> Result<Filter> {
        let company = person_type == PersonType::Company;
        let known = if company { &self.companies } else { &self.people };
        let context = Context {
            now: self.now,
            timezone: &self.timezone,
            by_days: false,
            lenient_order: false,
            relative: true,
            custom: &|name| known.get(name).copied(),
            id: |text| ContactId::parse(text).map(ContactId::number),
            // Segments cannot be nested, so there are no cycles.
            segment: &|_| None,
            per_page: 1,
            max_per_page: 1,
        };
        let fields = if company { &language::COMPANIES } else { &language::CONTACTS };
        let filter = language::parse_query(query, fields, &context)?;
        Ok(match person_type {
            PersonType::Company => filter,
            PersonType::User => {
                Filter::And(vec![Filter::eq(Target::Column(&columns::ROLE), ContactRole::User.as_str()), filter])
            }
            PersonType::Contact => {
                Filter::And(vec![Filter::eq(Target::Column(&columns::ROLE), ContactRole::Lead.as_str()), filter])
            }
        })
    }
}
