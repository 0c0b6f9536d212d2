//! The syntax tree of a query: groups of terms, as the client wrote them.

use std::slice;

use serde_json::Value;

use super::values::short;
use super::{MAX_DEPTH, MAX_FILTERS};
use crate::error::{Error, ErrorKind, Result};

/// A parsed query.
#[derive(Clone, Debug)]
pub(crate) enum Query {
    /// Matches if all of the parts match, or any of them.
    Group { all: bool, parts: Vec<Query> },
    /// A condition on one field.
    Term(Box<Term>),
    /// A part that is not a valid query. It fails when it is compiled, so that the first of several errors in the text
    /// is reported.
    Invalid(Box<Error>),
}

/// A condition on one field.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// The name of the field in the query.
    pub(crate) field: String,
    /// The operator, or the error if there is no such operator.
    pub(crate) operator: Result<Operator>,
    /// The value to compare with; `None` if the client omitted it.
    pub(crate) value: Option<Value>,
    /// The number of days before now: an alternative to the value in the queries of segments.
    pub(super) days_ago: Option<Value>,
}

/// An operator, and the client's spelling of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operator {
    pub(super) spelling: &'static str,
    pub(crate) test: Test,
}

/// The comparison of a field with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Eq,
    Ne,
    In,
    NotIn,
    Gt,
    Lt,
    Ge,
    Le,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
}

const OPERATORS: &[(&str, Test)] = &[
    ("=", Test::Eq),
    ("!=", Test::Ne),
    ("IN", Test::In),
    ("in", Test::In),
    ("NIN", Test::NotIn),
    ("nin", Test::NotIn),
    (">", Test::Gt),
    ("<", Test::Lt),
    (">=", Test::Ge),
    ("<=", Test::Le),
    ("~", Test::Contains),
    ("!~", Test::NotContains),
    ("^", Test::StartsWith),
    ("$", Test::EndsWith),
];

impl Test {
    pub(super) fn takes_list(self) -> bool {
        matches!(self, Test::In | Test::NotIn)
    }

    pub(super) fn is_equality(self) -> bool {
        matches!(self, Test::Eq | Test::Ne)
    }

    pub(super) fn is_exact(self) -> bool {
        self.is_equality() || self.takes_list()
    }

    /// Returns whether the test searches for a part of a text.
    pub(super) fn is_partial(self) -> bool {
        matches!(self, Test::Contains | Test::NotContains | Test::StartsWith | Test::EndsWith)
    }

    pub(super) fn is_ordering(self) -> bool {
        matches!(self, Test::Gt | Test::Lt | Test::Ge | Test::Le)
    }
}

impl Query {
    /// Parses a query.
    pub(crate) fn read(query: Value) -> Self {
        read(query, 1)
    }

    /// Returns all terms, in the order of the text.
    pub(crate) fn terms(&self) -> Vec<&Term> {
        match self {
            Query::Group { parts, .. } => parts.iter().flat_map(Query::terms).collect(),
            Query::Term(term) => vec![term],
            Query::Invalid(_) => Vec::new(),
        }
    }

    /// Returns whether a term tests a field whose name starts with `prefix`.
    pub(crate) fn names(&self, prefix: &str) -> bool {
        self.terms().iter().any(|term| term.field.starts_with(prefix))
    }
}

impl From<Error> for Query {
    fn from(error: Error) -> Self {
        Query::Invalid(Box::new(error))
    }
}

/// Parses a query that may be nested in others. `depth` is 1 for the outermost one.
fn read(query: Value, depth: usize) -> Query {
    let Value::Object(mut object) = query else {
        let text = format!("A filter must be an object with field, operator and value, not {}", short(&query));
        return Error::invalid(text).field("query").into();
    };
    let operator = object.remove("operator").unwrap_or_default();
    let value = object.remove("value");
    match (object.remove("field").unwrap_or_default(), operator.as_str()) {
        (Value::Null, Some("AND" | "and")) => group("AND", value, depth),
        (Value::Null, Some("OR" | "or")) => group("OR", value, depth),
        (Value::Null, _) => Error::missing("A filter must name a field").field("field").into(),
        (Value::String(field), _) => {
            let operator = Operator::read(&operator, &field);
            Query::Term(Box::new(Term { field, operator, value, days_ago: object.remove("days_ago") }))
        }
        (other, _) => {
            let text = format!("{} is not a valid search field", short(&other));
            Error::new(ErrorKind::InvalidField, text).field("field").into()
        }
    }
}

fn group(name: &str, value: Option<Value>, depth: usize) -> Query {
    let invalid = |text: String| Error::invalid(text).field("query").into();
    if depth > MAX_DEPTH {
        return invalid(format!("Filters can be nested at most {MAX_DEPTH} levels deep"));
    }
    let Some(Value::Array(parts)) = value else {
        return invalid(format!("The value of operator '{name}' must be an array of filters"));
    };
    match parts.len() {
        0 => invalid(format!("The value of operator '{name}' must contain at least one filter")),
        1..=MAX_FILTERS => {
            let parts = parts.into_iter().map(|part| read(part, depth + 1)).collect();
            Query::Group { all: name == "AND", parts }
        }
        many => {
            invalid(format!("The value of operator '{name}' contains {many} filters; the maximum is {MAX_FILTERS}"))
        }
    }
}

impl Term {
    /// Returns the values that the field is compared with.
    pub(crate) fn values(&self) -> &[Value] {
        match &self.value {
            Some(Value::Array(values)) => values,
            Some(single) => slice::from_ref(single),
            None => &[],
        }
    }

    /// Returns the term with its texts replaced where `text` returns a replacement.
    pub(crate) fn with_texts(&self, text: impl Fn(&str) -> Option<String>) -> Self {
        let mut term = self.clone();
        let values = match &mut term.value {
            Some(Value::Array(values)) => values,
            Some(single) => slice::from_mut(single),
            None => &mut [],
        };
        for value in values {
            if let Some(other) = value.as_str().and_then(&text) {
                *value = other.into();
            }
        }
        term
    }

    /// Returns a term for the objects whose field has one of these values or, if `negated`, none of them.
    pub(crate) fn one_of(field: &str, values: impl IntoIterator<Item = impl Into<Value>>, negated: bool) -> Self {
        let (spelling, test) = if negated { ("NIN", Test::NotIn) } else { ("IN", Test::In) };
        let value = Some(values.into_iter().map(Into::into).collect());
        Term { field: field.to_owned(), operator: Ok(Operator { spelling, test }), value, days_ago: None }
    }
}

impl Operator {
    fn read(operator: &Value, field: &str) -> Result<Self> {
        let spelled = match operator {
            Value::Null => {
                let text = format!("The filter on '{field}' must have an operator");
                return Err(Error::missing(text).field(field.to_owned()));
            }
            Value::String(operator) => operator.clone(),
            other => short(other),
        };
        let known = OPERATORS.iter().find(|(spelling, _)| *spelling == spelled);
        known.map(|(spelling, test)| Self { spelling, test: *test }).ok_or_else(|| not_valid(&spelled, field))
    }
}

/// Returns the error for an operator that is not valid for a field.
pub(super) fn not_valid(operator: &str, field: &str) -> Error {
    Error::invalid(format!("Operator '{operator}' is not valid for field '{field}'")).field(field.to_owned())
}
