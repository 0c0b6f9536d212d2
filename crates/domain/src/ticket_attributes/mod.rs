//! A ticket's values of its type's attributes.
//!
//! A value is stored under the id of its attribute, and a list item by the item's id, so that both can be renamed.
//! Callers use names, and see the items' labels. Files are stored as the ids of attachments.

mod files;

use deskwire_store::ticket_type_attributes::{TicketDataType as Type, TicketTypeAttribute};
use serde_json::{Map, Value};

use crate::Cx;
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, TicketTypeAttributeId};
use crate::ticket_types::{Full, TITLE, items};
use crate::{numbers, times};

pub use files::ids as file_ids;

/// The maximum length of a text, in bytes.
const MAX_LENGTH: usize = 65_536;
/// The maximum length of a title, in bytes: the same as for a conversation.
const MAX_TITLE_LENGTH: usize = 2_000;

/// Which attributes are required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A teammate or an app creates a ticket: required attributes must be given.
    Create,
    /// A contact creates one.
    CreateByContact,
    /// A ticket is changed: omitted attributes stay.
    Change,
}

/// A value that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeValue {
    /// The id of the attribute whose value it is.
    pub attribute: TicketTypeAttributeId,
    /// The value in its stored form, except files; null removes it.
    pub value: Value,
}

/// Validates values against a type. An attribute that the type does not have is rejected by name.
pub fn check(of: &Full, values: &Map<String, Value>, mode: Mode) -> Result<Vec<AttributeValue>> {
    known(of, values)?;
    let mut given = Vec::with_capacity(values.len());
    for (name, value) in values {
        let Some(attribute) = of.attribute(name) else { continue };
        let value = if value.is_null() { Value::Null } else { typed(attribute, value)? };
        given.push(AttributeValue { attribute: attribute.id, value });
    }
    let required = |a: &TicketTypeAttribute| match mode {
        Mode::Create => a.required_to_create,
        Mode::CreateByContact => a.required_to_create_for_contacts,
        Mode::Change => false,
    };
    let filled = |a: &TicketTypeAttribute| given.iter().any(|g| g.attribute == a.id && !is_empty(&g.value));
    if of.attributes.iter().any(|a| !a.archived && required(a) && !filled(a)) {
        return Err(Error::invalid("Missing required ticket attributes"));
    }
    Ok(given)
}

/// Rejects names that the type does not have.
fn known(of: &Full, values: &Map<String, Value>) -> Result<()> {
    let extra: Vec<&str> = values.keys().map(String::as_str).filter(|name| of.attribute(name).is_none()).collect();
    if extra.is_empty() {
        return Ok(());
    }
    let message = format!("Extra attributes provided that are not found on ticket type: {}", extra.join(", "));
    Err(Error::invalid(message))
}

/// Whether a value is empty.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Merges given values into a ticket's stored ones. Returns all values in stored form, and those that changed. New
/// files become attachments.
pub fn merge(cx: &mut Cx, stored: &str, given: Vec<AttributeValue>) -> Result<(String, Vec<AttributeValue>)> {
    let mut values = parse(stored);
    let mut changed = Vec::new();
    for mut new in given {
        let key = new.attribute.to_string();
        let before = values.get(&key);
        if let Value::Array(files) = &new.value {
            new.value = files::keep(cx, before, files)?;
        }
        if before.unwrap_or(&Value::Null) == &new.value {
            continue;
        }
        if new.value.is_null() {
            values.shift_remove(&key);
        } else {
            values.insert(key, new.value.clone());
        }
        changed.push(new);
    }
    Ok((Value::Object(values).to_string(), changed))
}

/// The stored values, by the ids of their attributes.
pub fn parse(stored: &str) -> Map<String, Value> {
    match serde_json::from_str(stored) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// The values by the names of their attributes, as the API shows them; `file` shows an attachment. The two that every
/// type has are always there.
pub fn displayed(of: &Full, stored: &str, file: impl Fn(AttachmentId) -> Option<Value>) -> Map<String, Value> {
    let values = parse(stored);
    let mut displayed = Map::new();
    for attribute in of.attributes.iter().filter(|a| !a.archived) {
        let value = values.get(&attribute.id.to_string());
        if value.is_some() || attribute.is_default {
            let value = match value {
                Some(Value::Array(ids)) => {
                    ids.iter().filter_map(Value::as_i64).map(AttachmentId::new).filter_map(&file).collect()
                }
                value => label(attribute, value.unwrap_or(&Value::Null)),
            };
            displayed.insert(attribute.name.clone(), value);
        }
    }
    displayed
}

/// A value for display: items of lists by their labels, others unchanged.
pub fn label(attribute: &TicketTypeAttribute, value: &Value) -> Value {
    match (attribute.data_type, value) {
        (Type::List, Value::String(id)) => {
            items(attribute).into_iter().find(|item| item.id == *id).map_or(Value::Null, |item| item.label.into())
        }
        _ => value.clone(),
    }
}

/// A value in the stored form of its type.
fn typed(attribute: &TicketTypeAttribute, value: &Value) -> Result<Value> {
    let kind = attribute.data_type;
    let taken = match (kind, value) {
        (Type::String, Value::String(text)) if text.len() > max_length(attribute) => {
            let (name, max) = (&attribute.name, max_length(attribute));
            return Err(Error::invalid(format!("The ticket attribute '{name}' is too long (maximum is {max} bytes)")));
        }
        (Type::String, Value::String(_)) | (Type::Boolean, Value::Bool(_)) | (Type::Decimal, Value::Number(_)) => {
            Some(value.clone())
        }
        (Type::String, value) => numbers::attribute_text(value),
        (Type::Integer, value) => numbers::integer(value).map(Value::from),
        (Type::Decimal, Value::String(text)) => {
            text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
        }
        (Type::Boolean, Value::String(text)) => text.parse::<bool>().ok().map(Value::from),
        (Type::Datetime, value) => times::read_moment(value).map(Value::from),
        (Type::List, Value::String(text)) => item(attribute, text),
        (Type::List, Value::Number(n)) => item(attribute, &n.to_string()),
        (Type::Files, Value::Array(files)) => return files::given(attribute, files).map(Value::Array),
        _ => None,
    };
    taken.ok_or_else(|| {
        let what = match kind {
            Type::List => "one of the ids of its list items".to_owned(),
            Type::Datetime => "a unix timestamp in seconds or an ISO 8601 time".to_owned(),
            Type::Files => "an array of files".to_owned(),
            _ => format!("of type {kind}"),
        };
        Error::invalid(format!("The ticket attribute '{}' must be {what}", attribute.name))
    })
}

fn max_length(attribute: &TicketTypeAttribute) -> usize {
    if attribute.name == TITLE { MAX_TITLE_LENGTH } else { MAX_LENGTH }
}

/// The id of the item that a caller names by its id, or by its label.
fn item(attribute: &TicketTypeAttribute, named: &str) -> Option<Value> {
    let items = items(attribute);
    let live = || items.iter().filter(|item| !item.archived);
    let found = live().find(|item| item.id == named).or_else(|| live().find(|item| item.label == named));
    found.map(|item| item.id.clone().into())
}
