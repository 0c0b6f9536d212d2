//! Groups and filters.

use deskwire_store::search::{Filter, Literal, Target};
use serde_json::{Map, Value};

use super::fields::{Field, Fields, Type};
use super::values::{self, Day};
use super::words;
use super::{Context, MAX_DEPTH, MAX_FILTERS, MAX_LIST, MAX_VALUES};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, ContactId, Id};
use crate::times::LATEST;

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
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

impl Operator {
    fn named(name: &str) -> Option<Operator> {
        Some(match name {
            "=" => Operator::Eq,
            "!=" => Operator::Ne,
            "IN" | "in" => Operator::In,
            "NIN" | "nin" => Operator::NotIn,
            ">" => Operator::Gt,
            "<" => Operator::Lt,
            ">=" => Operator::Ge,
            "<=" => Operator::Le,
            "~" => Operator::Contains,
            "!~" => Operator::NotContains,
            "^" => Operator::StartsWith,
            "$" => Operator::EndsWith,
            _ => return None,
        })
    }

    fn is_list(self) -> bool {
        matches!(self, Operator::In | Operator::NotIn)
    }

    fn is_exact(self) -> bool {
        self.is_equality() || self.is_list()
    }

    /// Whether it matches a part of a text.
    fn is_partial(self) -> bool {
        use Operator::{Contains, EndsWith, NotContains, StartsWith};
        matches!(self, Contains | NotContains | StartsWith | EndsWith)
    }

    fn is_equality(self) -> bool {
        matches!(self, Operator::Eq | Operator::Ne)
    }
}

/// Reads one query.
pub(super) struct Parser<'p> {
    pub(super) fields: &'static Fields,
    pub(super) context: &'p Context<'p>,
    /// How many values were seen so far.
    pub(super) values: usize,
}

impl Parser<'_> {
    /// A group or a filter; `depth` is 1 for the outermost.
    pub(super) fn query(&mut self, query: &Value, depth: usize) -> Result<Filter> {
        let Some(object) = query.as_object() else {
            return Err(Error::invalid(format!(
                "A filter must be an object with field, operator and value, not {}",
                values::short(query)
            ))
            .field("query"));
        };
        let joins = object.get("operator").and_then(Value::as_str).and_then(all);
        match (object.get("field"), joins) {
            (None | Some(Value::Null), Some(all)) => self.group(object, all, depth),
            _ => self.filter(object),
        }
    }

    fn group(&mut self, object: &Map<String, Value>, all: bool, depth: usize) -> Result<Filter> {
        let name = if all { "AND" } else { "OR" };
        if depth > MAX_DEPTH {
            return Err(Error::invalid(format!("Filters can be nested at most {MAX_DEPTH} levels deep")).field("query"));
        }
        let Some(Value::Array(parts)) = object.get("value") else {
            return Err(
                Error::invalid(format!("The value of operator '{name}' must be an array of filters")).field("query")
            );
        };
        if parts.is_empty() {
            return Err(
                Error::invalid(format!("The value of operator '{name}' must hold at least one filter")).field("query")
            );
        }
        if parts.len() > MAX_FILTERS {
            return Err(Error::invalid(format!(
                "The value of operator '{name}' holds {} filters; the maximum is {MAX_FILTERS}",
                parts.len()
            ))
            .field("query"));
        }
        let parts = parts.iter().map(|part| self.query(part, depth + 1)).collect::<Result<Vec<Filter>>>()?;
        Ok(if all { Filter::And(parts) } else { Filter::Or(parts) })
    }

    fn filter(&mut self, object: &Map<String, Value>) -> Result<Filter> {
        let name = match object.get("field") {
            Some(Value::String(name)) => name.as_str(),
            None | Some(Value::Null) => {
                return Err(Error::missing("A filter must name a field").field("field"));
            }
            Some(other) => {
                let text = format!("{} is not a valid search field", values::short(other));
                return Err(Error::new(ErrorKind::InvalidField, text).field("field"));
            }
        };
        let field = find(self.fields, self.context, name)?;
        let operator = match object.get("operator") {
            Some(Value::String(operator)) => operator.as_str(),
            None | Some(Value::Null) => {
                let text = format!("The filter on '{name}' must have an operator");
                return Err(Error::missing(text).field(name.to_owned()));
            }
            Some(other) => return Err(refused(&values::short(other), name)),
        };
        let given = operator;
        let operator = Operator::named(given).ok_or_else(|| refused(given, name))?;
        let relative;
        let value = match (object.get("days_ago"), object.get("value")) {
            (Some(days), None) if self.context.relative => {
                relative = values::days_ago(name, field.kind, days, self.context.now)?;
                &relative
            }
            (_, Some(value)) => value,
            // Clients leave nulls out when they write JSON.
            (_, None) if operator.is_equality() => &Value::Null,
            (_, None) => {
                let text = format!("The filter on '{name}' must have a value");
                return Err(Error::missing(text).field(name.to_owned()));
            }
        };
        let emptiness = value.is_null() && operator.is_equality() && field.kind != Type::Segment;
        if !emptiness && !self.allows(field.kind, operator) {
            return Err(refused(given, name));
        }
        if operator.is_list() != value.is_array() {
            let wanted = if operator.is_list() { "an array" } else { "a single value" };
            return Err(Error::invalid(format!(
                "The value of operator '{given}' on field '{name}' must be {wanted}, not {}",
                values::short(value)
            ))
            .field(name.to_owned()));
        }
        self.values += value.as_array().map_or(1, Vec::len);
        if self.values > MAX_VALUES {
            let text = format!("A search can hold at most {MAX_VALUES} values");
            return Err(Error::invalid(text).field("query"));
        }
        let filter = if emptiness { empty(field) } else { self.test(name, field, operator, value)? };
        Ok(if emptiness && operator == Operator::Ne { filter.negate() } else { filter })
    }

    /// Whether fields of this type can be compared so.
    fn allows(&self, kind: Type, operator: Operator) -> bool {
        use Operator::{Contains, EndsWith, Ge, Gt, Le, Lt, Ne, NotContains, StartsWith};
        if !self.fields.inclusive && matches!(operator, Ge | Le) {
            return false;
        }
        let ordering = matches!(operator, Gt | Lt | Ge | Le);
        match kind {
            Type::Tag | Type::Segment => operator.is_equality(),
            Type::Text | Type::Words => {
                operator.is_exact() || matches!(operator, Contains | NotContains | StartsWith | EndsWith)
            }
            Type::Flag | Type::Boolean | Type::Switch | Type::Open | Type::Contacts | Type::Members | Type::Author => {
                operator.is_exact()
            }
            Type::Id | Type::Integer | Type::Float | Type::Assignee => operator.is_exact() || ordering,
            Type::Date | Type::Datetime if self.context.relative => ordering || operator.is_equality(),
            Type::Datetime if !self.context.by_days => ordering || operator.is_equality(),
            Type::Time => ordering || operator.is_equality(),
            Type::Date | Type::Datetime => !matches!(operator, Ne | Ge | Le) && (ordering || operator.is_equality()),
        }
    }

    fn test(&self, name: &str, field: Field, operator: Operator, value: &Value) -> Result<Filter> {
        if operator.is_partial() && words::part(&values::text(name, value)?).is_empty() {
            let text = format!("The text that '{name}' is to contain, or to begin or end with, must not be blank");
            return Err(Error::invalid(text).field(name.to_owned()));
        }
        let Some(target) = field.target else {
            return self.segment(name, operator, value);
        };
        let given = match value {
            Value::Array(values) => values.as_slice(),
            single => std::slice::from_ref(single),
        };
        if given.len() > MAX_LIST {
            let text = format!("The list of field '{name}' holds {} values; the maximum is {MAX_LIST}", given.len());
            return Err(Error::invalid(text).field(name.to_owned()));
        }
        let filter = match field.kind {
            Type::Words => in_words(name, target, operator, given)?,
            Type::Switch => one_of(target, given, |value| values::boolean(name, value))?,
            Type::Open => open(name, target, given)?,
            Type::Contacts => linked(name, target, given, number::<ContactId>)?,
            Type::Members => linked(name, target, given, number::<i64>)?,
            Type::Author => {
                linked(name, target, given, |id| number::<ContactId>(id).or_else(|| number::<AdminId>(id)))?
            }
            Type::Text if !operator.is_exact() => {
                let text = values::text(name, value)?;
                match operator {
                    Operator::Contains => Filter::contains(target, &text),
                    Operator::NotContains => Filter::not_contains(target, &text),
                    Operator::StartsWith => Filter::starts_with(target, &text),
                    _ => Filter::ends_with(target, &text),
                }
            }
            Type::Text => one_of(target, given, |value| values::text(name, value))?,
            Type::Flag => {
                let set = Filter::eq(target, 1.0);
                let wanted = given.iter().map(|value| values::boolean(name, value)).collect::<Result<Vec<bool>>>()?;
                match (wanted.contains(&true), wanted.contains(&false)) {
                    (true, true) => Filter::All,
                    (true, false) => set,
                    (false, true) => set.negate(),
                    (false, false) => Filter::None,
                }
            }
            Type::Boolean => one_of(target, given, |value| Ok(f64::from(u8::from(values::boolean(name, value)?))))?,
            Type::Tag => match values::text(name, value)?.trim().parse::<i64>() {
                Ok(tag) => Filter::eq(target, tag),
                Err(_) => Filter::None,
            },
            Type::Id => self.id(name, target, operator, given)?,
            Type::Integer | Type::Assignee if operator.is_exact() => {
                one_of(target, given, |value| values::integer(name, value))?
            }
            Type::Integer | Type::Assignee => compare(target, operator, values::integer(name, value)?),
            Type::Float if operator.is_exact() => one_of(target, given, |value| values::float(name, value))?,
            Type::Float => compare(target, operator, values::float(name, value)?),
            Type::Datetime | Type::Time | Type::Date => self.time(name, field.kind, target, operator, value)?,
            Type::Segment => Filter::None,
        };
        Ok(match operator {
            Operator::Ne | Operator::NotIn => filter.negate(),
            _ => filter,
        })
    }

    fn id(&self, name: &str, target: Target, operator: Operator, given: &[Value]) -> Result<Filter> {
        let texts = given.iter().map(|value| values::text(name, value)).collect::<Result<Vec<String>>>()?;
        let mut ids = texts.iter().filter_map(|text| (self.context.id)(text));
        if operator.is_exact() {
            return Ok(Filter::is_in(target, ids.map(Literal::Int)));
        }
        let first = texts.first().map_or("", String::as_str);
        if first.is_empty() || first == "0" {
            // Every id comes after the empty one.
            return Ok(match operator {
                Operator::Gt | Operator::Ge => Filter::All,
                _ => Filter::None,
            });
        }
        Ok(ids.next().map_or(Filter::None, |id| compare(target, operator, id)))
    }

    fn segment(&self, name: &str, operator: Operator, value: &Value) -> Result<Filter> {
        let id = values::text(name, value)?;
        let filter = (self.context.segment)(&id).unwrap_or(Filter::None);
        Ok(match operator {
            Operator::Ne => filter.negate(),
            _ => filter,
        })
    }

    fn time(&self, name: &str, kind: Type, target: Target, operator: Operator, value: &Value) -> Result<Filter> {
        let at = values::seconds(name, value)?;
        // Later than any stored time: probably milliseconds, which match nothing instead of everything before them.
        if at > LATEST {
            return Ok(Filter::None);
        }
        let context = self.context;
        let day = match kind {
            _ if context.relative => None,
            Type::Datetime | Type::Date if context.by_days => Day::of(at, Some(context.timezone)),
            Type::Date => Day::of(at, None),
            _ => None,
        };
        Ok(match (day, operator) {
            (Some(day), Operator::Gt) => Filter::ge(target, day.next),
            (Some(day), Operator::Lt) => Filter::lt(target, day.start),
            (Some(day), _) => Filter::between(target, day.start, day.next),
            (None, operator) => compare(target, operator, at),
        })
    }
}

/// The objects with one of the given values.
fn one_of<T: Into<Literal>>(target: Target, given: &[Value], read: impl Fn(&Value) -> Result<T>) -> Result<Filter> {
    let literals = given.iter().map(|value| read(value).map(Into::into)).collect::<Result<Vec<Literal>>>()?;
    Ok(Filter::is_in(target, literals))
}

/// The objects linked to one of those given; malformed ids match nothing.
fn linked(name: &str, target: Target, given: &[Value], read: fn(&str) -> Option<i64>) -> Result<Filter> {
    let texts = given.iter().map(|value| values::text(name, value)).collect::<Result<Vec<String>>>()?;
    Ok(Filter::is_in(target, texts.iter().filter_map(|text| read(text.trim())).map(Literal::Int)))
}

/// The number that an id stands for.
fn number<I: Id>(text: &str) -> Option<i64> {
    I::parse(text).map(I::number)
}

/// Conversations that are open, or closed.
fn open(name: &str, target: Target, given: &[Value]) -> Result<Filter> {
    let wanted = given.iter().map(|value| values::boolean(name, value)).collect::<Result<Vec<bool>>>()?;
    let closed = Filter::eq(target, "closed");
    Ok(match (wanted.contains(&true), wanted.contains(&false)) {
        (true, true) => Filter::All,
        (true, false) => Filter::is_in(target, ["open", "snoozed"].map(Literal::from)),
        (false, true) => closed,
        (false, false) => Filter::None,
    })
}

/// Texts compared word by word: equal means that one of the words is, the others look into the whole text.
fn in_words(name: &str, target: Target, operator: Operator, given: &[Value]) -> Result<Filter> {
    let texts = given.iter().map(|value| values::text(name, value)).collect::<Result<Vec<String>>>()?;
    let part = words::part(texts.first().map_or("", String::as_str));
    let whole = |text: &String| words::whole(text).map_or(Filter::None, |word| Filter::contains(target, &word));
    Ok(match operator {
        Operator::Contains => Filter::contains(target, &part),
        Operator::NotContains => Filter::not_contains(target, &part),
        Operator::StartsWith => Filter::starts_with(target, &format!(" {part}")),
        Operator::EndsWith => Filter::ends_with(target, &format!("{part} ")),
        _ => Filter::Or(texts.iter().map(whole).collect()),
    })
}

/// The objects without a value.
fn empty(field: Field) -> Filter {
    match (field.kind, field.target) {
        // They are always one or the other.
        (Type::Flag | Type::Id, _) | (_, None) => Filter::None,
        (Type::Assignee, Some(target)) => Filter::eq(target, 0),
        (_, Some(target)) => Filter::is_unset(target),
    }
}

/// The comparison; negative operators are negated by the caller.
fn compare(target: Target, operator: Operator, value: impl Into<Literal>) -> Filter {
    match operator {
        Operator::Gt => Filter::gt(target, value),
        Operator::Lt => Filter::lt(target, value),
        Operator::Ge => Filter::ge(target, value),
        Operator::Le => Filter::le(target, value),
        _ => Filter::eq(target, value),
    }
}

fn all(operator: &str) -> Option<bool> {
    match operator {
        "AND" | "and" => Some(true),
        "OR" | "or" => Some(false),
        _ => None,
    }
}

/// The field of this name, or the refusal.
pub(super) fn find(fields: &'static Fields, context: &Context<'_>, name: &str) -> Result<Field> {
    fields.find(name, context.custom).ok_or_else(|| {
        let text = format!("{name} is not a valid search field");
        Error::new(ErrorKind::InvalidField, text).field(name.to_owned())
    })
}

fn refused(operator: &str, name: &str) -> Error {
    Error::invalid(format!("Operator '{operator}' is not valid for field '{name}'")).field(name.to_owned())
}
