//! The predicates of audiences, which are compiled to filters of the search language.

use deskwire_store::contacts::ContactRole;
use deskwire_store::search::{Filter, Literal, Target, contacts as columns};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Audience, invalid};
use crate::Cx;
use crate::attributes::Model;
use crate::error::{Error, ErrorKind, Result};
use crate::search::fields::Type;
use crate::search::{MAX_FILTERS, Query, Stored};

/// The comparisons, and the search operator of each.
const COMPARISONS: &[(&str, &str)] = &[
    ("eq", "="),
    ("ne", "!="),
    ("contains", "~"),
    ("not_contains", "!~"),
    ("starts_with", "^"),
    ("ends_with", "$"),
    ("gt", ">"),
    ("gte", ">="),
    ("lt", "<"),
    ("lte", "<="),
    ("known", "!="),
    ("unknown", "="),
];
/// The types that a predicate may give for its attribute.
const TYPES: &[&str] = &["string", "integer", "float", "boolean", "date", "role", "tag", "segment"];
/// The maximum length of an attribute's name or a value, in bytes.
const MAX_TEXT_BYTES: usize = 2_000;

/// A condition of an audience.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicate {
    /// A field of contacts, or of companies after `company.`, as searches name them.
    pub attribute: String,
    /// The type of the attribute; empty to derive it.
    pub r#type: String,
    /// How its value is compared.
    pub comparison: String,
    /// The value that it is compared with.
    pub value: String,
}

impl Predicate {
    /// The predicate as a query, and the model that the query searches.
    fn query(&self) -> Result<(Model, Query)> {
        let found = COMPARISONS.iter().find(|(name, _)| *name == self.comparison);
        let Some((name, operator)) = found else {
            let names: Vec<&str> = COMPARISONS.iter().map(|(name, _)| *name).collect();
            return Err(invalid(format!("comparison must be one of: {}", names.join(", "))));
        };
        let value = if matches!(*name, "known" | "unknown") { Value::Null } else { json!(self.value) };
        let (model, field) = self.field();
        Ok((model, Query::read(json!({"field": field, "operator": operator, "value": value}))))
    }

    fn field(&self) -> (Model, &str) {
        match self.attribute.strip_prefix("company.") {
            Some(field) => (Model::Company, field),
            None => (Model::Contact, &self.attribute),
        }
    }
}

/// The filters of members: for themselves, and for one of their companies.
pub(super) struct Filters {
    pub(super) contact: Filter,
    pub(super) company: Option<Filter>,
}

impl Filters {
    /// The filters of an audience. Predicates that are no longer valid match no one.
    pub(super) fn of(stored: &Stored, audience: &Audience, predicates: Result<Vec<Predicate>>) -> Self {
        predicates
            .and_then(|predicates| Self::compile(stored, &predicates))
            .and_then(|filters| filters.within(&read(&audience.role_predicates)?))
            .unwrap_or_else(|error| {
                tracing::warn!(audience = %audience.id, "the predicates of an audience cannot be understood: {error}");
                Self { contact: Filter::None, company: None }
            })
    }

    fn compile(stored: &Stored, predicates: &[Predicate]) -> Result<Self> {
        let (mut contact, mut company) = (Vec::new(), Vec::new());
        for predicate in predicates {
            let (model, query) = predicate.query()?;
            let filter = stored.filter(model, &query).map_err(|e| Error { kind: ErrorKind::ValidationError, ..e })?;
            if model == Model::Company { company.push(filter) } else { contact.push(filter) }
        }
        let company = (!company.is_empty()).then_some(Filter::And(company));
        Ok(Self { contact: Filter::And(contact), company })
    }

    /// Restricts the filters by role: members have one of the required roles and none of the excluded ones.
    fn within(mut self, roles: &[Predicate]) -> Result<Self> {
        let (wanted, unwanted): (Vec<_>, Vec<_>) = roles.iter().partition(|predicate| predicate.comparison == "eq");
        let role = |predicates: Vec<&Predicate>| -> Result<Filter> {
            let values = predicates.into_iter().map(role).collect::<Result<Vec<_>>>()?;
            let values = values.into_iter().map(|role| Literal::from(role.as_str()));
            Ok(Filter::is_in(Target::Column(&columns::ROLE), values))
        };
        let mut all = vec![self.contact];
        if !wanted.is_empty() {
            all.push(role(wanted)?);
        }
        if !unwanted.is_empty() {
            all.push(role(unwanted)?.negate());
        }
        self.contact = Filter::And(all);
        Ok(self)
    }
}

/// Parses stored predicates.
pub(super) fn read(json: &str) -> Result<Vec<Predicate>> {
    serde_json::from_str(json).map_err(Error::internal)
}

/// The context that compiles these predicates.
pub(super) fn stored<'p>(cx: &mut Cx, predicates: impl Iterator<Item = &'p Predicate>) -> Result<Stored> {
    let fields: Vec<_> = predicates.map(Predicate::field).collect();
    let stored = Stored::load(cx, &fields)?;
    if fields.iter().any(|(_, field)| *field == "segment_id") { stored.with_segments(cx) } else { Ok(stored) }
}

/// Validates predicates and returns their stored form.
pub(super) fn checked(cx: &mut Cx, predicates: &[Predicate]) -> Result<String> {
    check("predicates", predicates)?;
    let mut predicates = predicates.to_vec();
    let stored = stored(cx, predicates.iter())?;
    Filters::compile(&stored, &predicates).map_err(|error| error.field("predicates"))?;
    for predicate in &mut predicates {
        let (model, field) = predicate.field();
        let kind = stored.kind(model, field).map_or("string", |kind| name(field, kind));
        complete(predicate, kind).map_err(|error| error.field("predicates"))?;
    }
    json(&predicates)
}

/// The same for predicates about roles.
pub(super) fn checked_roles(predicates: &[Predicate]) -> Result<String> {
    const FIELD: &str = "role_predicates";
    check(FIELD, predicates)?;
    let mut predicates = predicates.to_vec();
    for predicate in &mut predicates {
        if predicate.attribute != "role" || !matches!(&*predicate.comparison, "eq" | "ne") {
            let message = "role_predicates must compare the attribute 'role' by 'eq' or 'ne'";
            return Err(invalid(message).field(FIELD));
        }
        role(predicate).map_err(|error| error.field(FIELD))?;
        complete(predicate, "role").map_err(|error| error.field(FIELD))?;
    }
    json(&predicates)
}

fn role(predicate: &Predicate) -> Result<ContactRole> {
    ContactRole::parse(&predicate.value).ok_or_else(|| invalid("role must be 'user', 'lead' or 'visitor'"))
}

/// Validates what does not depend on the workspace.
fn check(field: &'static str, predicates: &[Predicate]) -> Result<()> {
    if predicates.len() > MAX_FILTERS {
        return Err(invalid(format!("{field} can have at most {MAX_FILTERS} entries")).field(field));
    }
    for predicate in predicates {
        if predicate.attribute.is_empty() {
            return Err(invalid("attribute is required").field(field));
        }
        if !predicate.r#type.is_empty() && !TYPES.contains(&&*predicate.r#type) {
            return Err(invalid(format!("type must be one of: {}", TYPES.join(", "))).field(field));
        }
        if predicate.attribute.len().max(predicate.value.len()) > MAX_TEXT_BYTES {
            return Err(invalid(format!("attribute and value can have at most {MAX_TEXT_BYTES} bytes")).field(field));
        }
    }
    Ok(())
}

/// Sets an omitted type to that of the attribute, and removes an unused value.
fn complete(predicate: &mut Predicate, kind: &str) -> Result<()> {
    if predicate.r#type.is_empty() {
        kind.clone_into(&mut predicate.r#type);
    }
    if predicate.r#type != kind {
        return Err(invalid(format!("the type of {} is '{kind}'", predicate.attribute)));
    }
    if matches!(&*predicate.comparison, "known" | "unknown") {
        predicate.value.clear();
    }
    Ok(())
}

/// The name of a field's type.
fn name(field: &str, kind: Type) -> &'static str {
    match kind {
        _ if field == "role" => "role",
        Type::Text | Type::Words | Type::Id | Type::Category => "string",
        Type::Float => "float",
        Type::Flag | Type::Boolean | Type::Switch | Type::Open => "boolean",
        Type::Datetime | Type::Time | Type::Date => "date",
        Type::Tag => "tag",
        Type::Segment => "segment",
        Type::Integer | Type::Assignee | Type::Contacts | Type::Members | Type::Author => "integer",
    }
}

fn json(predicates: &[Predicate]) -> Result<String> {
    serde_json::to_string(predicates).map_err(Error::internal)
}
