//! The values of an instance's attributes, except relations.

use deskwire_store::custom_object_types::{ObjectAttribute, ObjectDataType};
use deskwire_store::data_attributes::DataType;
use serde_json::{Map, Value};

use crate::attributes::{self, MAX_TEXT_BYTES};
use crate::error::{Error, Result};
use crate::times;

/// Values by name; null clears.
pub(super) type Changes = Vec<(String, Value)>;

/// A value in the stored form of its attribute.
pub(super) fn typed(attribute: &ObjectAttribute, value: &Value) -> Result<Value> {
    let stored = match attribute.data_type {
        _ if value.is_null() => Some(Value::Null),
        ObjectDataType::String => attributes::typed(DataType::String, value),
        ObjectDataType::Integer => attributes::typed(DataType::Integer, value),
        ObjectDataType::Float => attributes::typed(DataType::Float, value),
        ObjectDataType::Boolean => attributes::typed(DataType::Boolean, value),
        ObjectDataType::Datetime => times::read_moment(value).map(Value::from),
        ObjectDataType::List => return option(attribute, value),
        ObjectDataType::Relation => None,
    };
    stored.ok_or_else(|| {
        let message = match value {
            Value::String(text) if text.len() > MAX_TEXT_BYTES => "is too long".to_owned(),
            _ if attribute.data_type == ObjectDataType::Datetime => {
                "must be of type datetime: a unix timestamp in seconds or an ISO 8601 time".to_owned()
            }
            _ => format!("must be of type {}", attribute.data_type),
        };
        invalid(&attribute.name, &message)
    })
}

/// An error about an attribute.
pub(super) fn invalid(name: &str, message: &str) -> Error {
    Error::invalid(format!("Custom attribute '{name}' {message}")).field("custom_attributes")
}

fn option(attribute: &ObjectAttribute, value: &Value) -> Result<Value> {
    let options: Vec<String> =
        serde_json::from_str(attribute.options.as_deref().unwrap_or("[]")).map_err(Error::internal)?;
    match value {
        Value::String(text) if options.contains(text) => Ok(value.clone()),
        _ => Err(invalid(&attribute.name, &format!("must be one of: {}", options.join(", ")))),
    }
}

/// Merges changes into the values of an instance.
pub(super) fn merged(current: &str, changes: &Changes) -> String {
    let mut values: Map<String, Value> = attributes::parse(current);
    for (name, value) in changes {
        if value.is_null() {
            values.shift_remove(name);
        } else {
            values.insert(name.clone(), value.clone());
        }
    }
    Value::Object(values).to_string()
}
