//! The values of conversation attributes: a JSON object by the attribute's id. A list is stored as the id of an option,
//! a time as unix seconds.

use deskwire_store::conversation_attributes::{ConversationAttribute, ConversationDataType as Type};
use deskwire_store::search::SearchValue;
use serde_json::{Map, Value};

use super::choices;
use crate::Cx;
use crate::attributes::parse;
use crate::custom_objects::{self, ObjectKind, Relation};
use crate::error::{Error, ErrorKind, Result};
use crate::{numbers, times};

/// The maximum length of one text value, in bytes.
const MAX_LENGTH: usize = 10_000;

/// A changed value, in display form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    /// The attribute's name.
    pub(crate) name: String,
    /// Its new value; `None` if it was cleared.
    pub(crate) value: Option<String>,
    /// Its previous value.
    pub(crate) previous: Option<String>,
}

/// Merges new values, by name, into those of a conversation: null clears a value, each must match its attribute's type,
/// and unknown or ambiguous names are rejected. Returns the new JSON object and the changes. Relationships are stored
/// elsewhere and passed to `relate`.
pub(crate) fn merge(
    live: &[ConversationAttribute],
    current: &str,
    changes: &Map<String, Value>,
    mut relate: impl FnMut(&ConversationAttribute, &Value) -> Result<()>,
) -> Result<(String, Vec<Changed>)> {
    let mut values = parse(current);
    let mut changed = Vec::new();
    for (name, value) in changes {
        let attribute = named(live, name)?;
        if attribute.data_type == Type::Relationship {
            relate(attribute, value)?;
            continue;
        }
        let key = attribute.id.to_string();
        let new = match value {
            Value::Null => None,
            value => Some(typed(attribute, value)?),
        };
        let old = values.get(&key).cloned();
        if old == new {
            continue;
        }
        let text = |value: &Value| words(&displayed(attribute, value));
        let (value, previous) = (new.as_ref().map(text), old.as_ref().map(text));
        changed.push(Changed { name: name.clone(), value, previous });
        match new {
            Some(new) => drop(values.insert(key, new)),
            None => drop(values.shift_remove(&key)),
        }
    }
    Ok((Value::Object(values).to_string(), changed))
}

/// The only live attribute with this name.
fn named<'a>(live: &'a [ConversationAttribute], name: &str) -> Result<&'a ConversationAttribute> {
    let mut found = live.iter().filter(|a| a.name == name);
    match (found.next(), found.next()) {
        (Some(attribute), None) => Ok(attribute),
        (Some(_), Some(_)) => {
            let message =
                format!("There are multiple conversation attributes named '{name}': rename or archive all but one");
            Err(Error::invalid(message).field("custom_attributes"))
        }
        (None, _) => {
            Err(Error::invalid(format!("Conversation attribute '{name}' does not exist")).field("custom_attributes"))
        }
    }
}

/// A value in stored form.
fn typed(attribute: &ConversationAttribute, value: &Value) -> Result<Value> {
    let kept = match (attribute.data_type, value) {
        (Type::String, Value::String(s)) => (s.len() <= MAX_LENGTH).then(|| value.clone()),
        (Type::String, value) => numbers::attribute_text(value),
        (Type::Integer, value) => numbers::integer(value).map(Value::from),
        (Type::Decimal, Value::Number(_)) | (Type::Boolean, Value::Bool(_)) => Some(value.clone()),
        (Type::Decimal, Value::String(s)) => s.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from),
        (Type::Boolean, Value::String(s)) => s.parse::<bool>().ok().map(Value::from),
        (Type::List, Value::String(s)) => value_of_label(attribute, s).map(Value::from),
        (Type::List, Value::Number(_) | Value::Bool(_)) => {
            value_of_label(attribute, &value.to_string()).map(Value::from)
        }
        (Type::Datetime, value) => times::read_moment(value).map(Value::from),
        _ => None,
    };
    kept.ok_or_else(|| {
        let said = words(value);
        let quoted = if said.len() > 200 { "The value".to_owned() } else { format!("'{said}'") };
        let (name, kind) = (&attribute.name, attribute.data_type);
        let form =
            if kind == Type::Datetime { ": it must be a unix timestamp in seconds or an ISO 8601 time" } else { "" };
        Error::invalid(format!("{quoted} is not a valid value for attribute '{name}' of type '{kind}'{form}"))
            .field("custom_attributes")
    })
}

/// The stored value of the option with this label; `None` if no live option has it.
fn value_of_label(attribute: &ConversationAttribute, label: &str) -> Option<String> {
    choices(attribute).into_iter().find(|c| !c.archived && c.label == label.trim()).map(|c| c.id)
}

/// A stored value as responses show it: options by their labels, others unchanged.
pub fn displayed(attribute: &ConversationAttribute, kept: &Value) -> Value {
    match (attribute.data_type, kept) {
        (Type::List, Value::String(id)) => {
            let label = choices(attribute).into_iter().find(|c| c.id == *id).map(|c| c.label);
            label.map_or(Value::Null, Value::String)
        }
        _ => kept.clone(),
    }
}

/// The display form of a value.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The relation of an attribute. Fails if its object type does not exist.
pub(crate) fn relation(cx: &mut Cx, sort: ObjectKind, attribute: &ConversationAttribute) -> Result<Relation> {
    let reference = parse(attribute.reference.as_deref().unwrap_or("{}"));
    let text = |key: &str| reference.get(key).and_then(Value::as_str).unwrap_or("");
    let nothing = |e: Error| if e.kind == ErrorKind::ObjectTypeNotFound { ErrorKind::BadReference.into() } else { e };
    let object_type = custom_objects::find_type(cx, text("object_type_id")).map_err(nothing)?;
    Ok(Relation::of_attribute(sort, attribute.id.number(), &attribute.name, &object_type, text("type") == "many"))
}

/// The values for the search index, by attribute. Lists are indexed by the option's id; searches by label use
/// [`choices`] to find the options.
pub(crate) fn search_values(json: &str) -> Vec<SearchValue> {
    let value = |(key, value): (&String, &Value)| {
        let field = key.parse().ok()?;
        match value {
            Value::String(text) => Some(SearchValue::text(field, text)),
            Value::Number(number) => Some(SearchValue::number(field, number.as_f64()?)),
            Value::Bool(truth) => Some(SearchValue::number(field, f64::from(u8::from(*truth)))),
            _ => None,
        }
    };
    parse(json).iter().filter_map(value).collect()
}
