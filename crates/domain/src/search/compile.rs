//! Compiling a query to a filter for the store. Fields, operators and values are checked against the searched resource.

use std::slice;

use deskwire_store::search::{Filter, Literal, Target, fold};
use serde_json::Value;

use super::fields::{Field, Fields, Type};
use super::query::{Operator, Query, Term, Test, not_valid};
use super::values::{self, Day};
use super::words;
use super::{Context, MAX_LIST, MAX_VALUES};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, ContactId, Id};
use crate::times::LATEST;

/// Compiles one query.
pub(super) struct Compiler<'c> {
    pub(super) fields: &'static Fields,
    pub(super) context: &'c Context<'c>,
    /// The number of values so far.
    pub(super) values: usize,
}

impl Compiler<'_> {
    pub(super) fn query(&mut self, query: &Query) -> Result<Filter> {
        match query {
            Query::Group { all, parts } => {
                let parts = parts.iter().map(|part| self.query(part)).collect::<Result<Vec<Filter>>>()?;
                Ok(if *all { Filter::And(parts) } else { Filter::Or(parts) })
            }
            Query::Term(term) => match (self.context.translate)(term) {
                Some(translated) => self.term(&translated),
                None => self.term(term),
            },
            Query::Invalid(error) => Err(Error::clone(error)),
        }
    }

    fn term(&mut self, term: &Term) -> Result<Filter> {
        let name = term.field.as_str();
        let field = find(self.fields, self.context, name)?;
        let Operator { spelling, test } = term.operator.clone()?;
        let relative;
        let value = match (&term.days_ago, &term.value) {
            (Some(days), None) if self.context.relative => {
                relative = values::days_ago(name, field.kind, days, self.context.now)?;
                &relative
            }
            (_, Some(value)) => value,
            // Clients omit nulls when they write JSON.
            (_, None) if test.is_equality() => &Value::Null,
            (_, None) => {
                let text = format!("The filter on '{name}' must have a value");
                return Err(Error::missing(text).field(name.to_owned()));
            }
        };
        let emptiness = value.is_null() && test.is_equality() && field.kind != Type::Segment;
        if !emptiness && !self.allows(field.kind, test) {
            return Err(not_valid(spelling, name));
        }
        if test.takes_list() != value.is_array() {
            let wanted = if test.takes_list() { "an array" } else { "a single value" };
            return Err(Error::invalid(format!(
                "The value of operator '{spelling}' on field '{name}' must be {wanted}, not {}",
                values::short(value)
            ))
            .field(name.to_owned()));
        }
        self.values += value.as_array().map_or(1, Vec::len);
        if self.values > MAX_VALUES {
            let text = format!("A search can contain at most {MAX_VALUES} values");
            return Err(Error::invalid(text).field("query"));
        }
        let filter = if emptiness { empty(field) } else { self.test(name, field, test, value)? };
        Ok(if emptiness && test == Test::Ne { filter.negate() } else { filter })
    }

    /// Returns whether a test applies to fields of this type.
    fn allows(&self, kind: Type, test: Test) -> bool {
        if !self.fields.inclusive && matches!(test, Test::Ge | Test::Le) {
            return false;
        }
        match kind {
            Type::Time | Type::Date if self.fields.exact_times && test.is_exact() => true,
            Type::Tag | Type::Segment => test.is_equality(),
            Type::Text | Type::Words | Type::Category => test.is_exact() || test.is_partial(),
            Type::Flag | Type::Boolean | Type::Switch | Type::Open | Type::Contacts | Type::Members | Type::Author => {
                test.is_exact()
            }
            Type::Id | Type::Integer | Type::Float | Type::Assignee => test.is_exact() || test.is_ordering(),
            Type::Date | Type::Datetime if self.context.relative => test.is_ordering() || test.is_equality(),
            Type::Datetime if !self.context.by_days => test.is_ordering() || test.is_equality(),
            Type::Time => test.is_ordering() || test.is_equality(),
            Type::Date | Type::Datetime => matches!(test, Test::Gt | Test::Lt | Test::Eq),
        }
    }

    fn test(&self, name: &str, field: Field, test: Test, value: &Value) -> Result<Filter> {
        if test.is_partial() && words::part(&values::text(name, value)?).is_empty() {
            let text = format!("The text that '{name}' is to contain, or to begin or end with, must not be blank");
            return Err(Error::invalid(text).field(name.to_owned()));
        }
        let Some(target) = field.target else {
            return self.segment(name, test, value);
        };
        let given = match value {
            Value::Array(values) => values.as_slice(),
            single => slice::from_ref(single),
        };
        if given.len() > MAX_LIST {
            let text = format!("The list of field '{name}' contains {} values; the maximum is {MAX_LIST}", given.len());
            return Err(Error::invalid(text).field(name.to_owned()));
        }
        let filter = match field.kind {
            Type::Words => in_words(name, target, test, given)?,
            Type::Switch => one_of(target, name, given, values::boolean)?,
            Type::Open => {
                let open = Filter::is_in(target, ["open", "snoozed"].map(Literal::from));
                either(name, given, open, Filter::eq(target, "closed"))?
            }
            Type::Category => self.category(name, target, test, given)?,
            Type::Contacts => linked(name, target, given, number::<ContactId>)?,
            Type::Members => linked(name, target, given, number::<i64>)?,
            Type::Author => {
                linked(name, target, given, |id| number::<ContactId>(id).or_else(|| number::<AdminId>(id)))?
            }
            Type::Text if !test.is_exact() => {
                let text = values::text(name, value)?;
                match test {
                    Test::Contains => Filter::contains(target, &text),
                    Test::NotContains => Filter::not_contains(target, &text),
                    Test::StartsWith => Filter::starts_with(target, &text),
                    _ => Filter::ends_with(target, &text),
                }
            }
            Type::Text => one_of(target, name, given, values::text)?,
            Type::Flag => {
                let set = Filter::eq(target, 1.0);
                either(name, given, set.clone(), set.negate())?
            }
            Type::Boolean => {
                one_of(target, name, given, |name, value| Ok(f64::from(u8::from(values::boolean(name, value)?))))?
            }
            Type::Tag => match values::text(name, value)?.trim().parse::<i64>() {
                Ok(tag) => Filter::eq(target, tag),
                Err(_) => Filter::None,
            },
            Type::Id => self.id(name, target, test, given)?,
            Type::Integer | Type::Assignee if test.is_exact() => one_of(target, name, given, values::integer)?,
            Type::Integer | Type::Assignee => compare(target, test, values::integer(name, value)?),
            Type::Float if test.is_exact() => one_of(target, name, given, values::float)?,
            Type::Float => compare(target, test, values::float(name, value)?),
            Type::Datetime | Type::Time | Type::Date if test.takes_list() => {
                let one = |value: &Value| self.time(name, field.kind, target, Test::Eq, value);
                Filter::Or(given.iter().map(one).collect::<Result<_>>()?)
            }
            Type::Datetime | Type::Time | Type::Date => self.time(name, field.kind, target, test, value)?,
            Type::Segment => Filter::None,
        };
        Ok(match test {
            Test::Ne | Test::NotIn => filter.negate(),
            _ => filter,
        })
    }

    fn id(&self, name: &str, target: Target, test: Test, given: &[Value]) -> Result<Filter> {
        let texts = read(name, given, values::text)?;
        let mut ids = texts.iter().filter_map(|text| (self.context.id)(text));
        if test.is_exact() {
            return Ok(Filter::is_in(target, ids.map(Literal::Int)));
        }
        let first = texts.first().map_or("", String::as_str);
        if first.is_empty() || first == "0" {
            // Every id follows the empty one.
            return Ok(match test {
                Test::Gt | Test::Ge => Filter::All,
                _ => Filter::None,
            });
        }
        Ok(ids.next().map_or(Filter::None, |id| compare(target, test, id)))
    }

    /// Returns the filter for tickets in the states of the categories that pass the test.
    fn category(&self, name: &str, target: Target, test: Test, given: &[Value]) -> Result<Filter> {
        let texts = read(name, given, |name, value| Ok(fold(&values::text(name, value)?)))?;
        let passes = |category: &str, text: &str| match test {
            Test::Contains | Test::NotContains => category.contains(text),
            Test::StartsWith => category.starts_with(text),
            Test::EndsWith => category.ends_with(text),
            _ => category == text,
        };
        let states = self.context.categories.iter();
        let found = states.filter(|(category, _)| texts.iter().any(|text| passes(category, text)));
        let filter = Filter::is_in(target, found.map(|(_, state)| Literal::Int(*state)));
        Ok(if test == Test::NotContains { filter.negate() } else { filter })
    }

    fn segment(&self, name: &str, test: Test, value: &Value) -> Result<Filter> {
        let id = values::text(name, value)?;
        let filter = self.context.segments.get(&id).cloned().unwrap_or(Filter::None);
        Ok(if test == Test::Ne { filter.negate() } else { filter })
    }

    fn time(&self, name: &str, kind: Type, target: Target, test: Test, value: &Value) -> Result<Filter> {
        let at = values::seconds(name, value)?;
        // Later than any stored time. It is probably in milliseconds, and must match nothing instead of every earlier
        // time.
        if at > LATEST {
            return Ok(Filter::None);
        }
        let context = self.context;
        let day = match kind {
            _ if context.relative => None,
            Type::Datetime | Type::Date if context.by_days => Day::of(at, Some(&context.timezone)),
            Type::Date => Day::of(at, None),
            _ => None,
        };
        Ok(match (day, test) {
            (Some(day), Test::Gt) => Filter::ge(target, day.next),
            (Some(day), Test::Lt) => Filter::lt(target, day.start),
            (Some(day), _) => Filter::between(target, day.start, day.next),
            (None, _) => compare(target, test, at),
        })
    }
}

/// Parses the values of a term.
fn read<T>(name: &str, given: &[Value], one: impl Fn(&str, &Value) -> Result<T>) -> Result<Vec<T>> {
    given.iter().map(|value| one(name, value)).collect()
}

/// Returns the filter for objects with one of these values.
fn one_of<T: Into<Literal>>(
    target: Target,
    name: &str,
    given: &[Value],
    one: impl Fn(&str, &Value) -> Result<T>,
) -> Result<Filter> {
    Ok(Filter::is_in(target, read(name, given, one)?.into_iter().map(Into::into)))
}

/// Returns the filter for objects with one of these truth values. `yes` matches the objects where it is true, `no`
/// those where it is false.
fn either(name: &str, given: &[Value], yes: Filter, no: Filter) -> Result<Filter> {
    let wanted = read(name, given, values::boolean)?;
    Ok(match (wanted.contains(&true), wanted.contains(&false)) {
        (true, true) => Filter::All,
        (true, false) => yes,
        (false, true) => no,
        (false, false) => Filter::None,
    })
}

/// Returns the filter for objects that are linked to one of these ids. Malformed ids match nothing.
fn linked(name: &str, target: Target, given: &[Value], parse: fn(&str) -> Option<i64>) -> Result<Filter> {
    let texts = read(name, given, values::text)?;
    Ok(Filter::is_in(target, texts.iter().filter_map(|text| parse(text.trim())).map(Literal::Int)))
}

/// Returns the number of an id.
fn number<I: Id>(text: &str) -> Option<i64> {
    I::parse(text).map(I::number)
}

/// Returns the filter for a text that is compared word by word: an exact test compares whole words, a partial test
/// searches the whole text.
fn in_words(name: &str, target: Target, test: Test, given: &[Value]) -> Result<Filter> {
    let texts = read(name, given, values::text)?;
    let part = words::part(texts.first().map_or("", String::as_str));
    let whole = |text: &String| words::whole(text).map_or(Filter::None, |word| Filter::contains(target, &word));
    Ok(match test {
        Test::Contains => Filter::contains(target, &part),
        Test::NotContains => Filter::not_contains(target, &part),
        Test::StartsWith => Filter::starts_with(target, &format!(" {part}")),
        Test::EndsWith => Filter::ends_with(target, &format!("{part} ")),
        _ => Filter::Or(texts.iter().map(whole).collect()),
    })
}

/// Returns the filter for objects without a value.
fn empty(field: Field) -> Filter {
    match (field.kind, field.target) {
        // These fields always have a value.
        (Type::Flag | Type::Id | Type::Category, _) | (_, None) => Filter::None,
        (Type::Assignee, Some(target)) => Filter::eq(target, 0),
        (_, Some(target)) => Filter::is_unset(target),
    }
}

/// Returns the filter for a comparison. The caller negates the filters of negative operators.
fn compare(target: Target, test: Test, value: impl Into<Literal>) -> Filter {
    match test {
        Test::Gt => Filter::gt(target, value),
        Test::Lt => Filter::lt(target, value),
        Test::Ge => Filter::ge(target, value),
        Test::Le => Filter::le(target, value),
        _ => Filter::eq(target, value),
    }
}

/// Returns the field with this name. Fails if there is none.
pub(super) fn find(fields: &'static Fields, context: &Context<'_>, name: &str) -> Result<Field> {
    fields.find(name, &context.custom).ok_or_else(|| {
        let text = format!("{name} is not a valid search field");
        Error::new(ErrorKind::InvalidField, text).field(name.to_owned())
    })
}
