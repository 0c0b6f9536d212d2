//! Custom data attributes, and validating their values.

pub use deskwire_store::data_attributes::Model;
use deskwire_store::data_attributes::{self as store, DataAttribute, DataType};
use serde_json::{Map, Value};

use crate::Cx;
use crate::error::{Error, Result};
use crate::{numbers, times};

/// The maximum length of one text value, in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 10_000;

/// The live attributes of a model.
pub fn live(cx: &mut Cx, model: Model) -> Result<Vec<DataAttribute>> {
    Ok(store::live(cx, model)?)
}

/// The attributes of a model, archived ones too. The search index has the values of all of them, so that archiving and
/// unarchiving an attribute need not update every object with a value.
pub fn with_archived(cx: &mut Cx, model: Model) -> Result<Vec<DataAttribute>> {
    Ok(store::of_model(cx, model)?)
}

/// Removes the values of archived attributes from JSON objects of values.
pub(crate) fn hide_archived<'v>(cx: &mut Cx, model: Model, shown: impl Iterator<Item = &'v mut String>) -> Result<()> {
    let shown: Vec<&mut String> = shown.filter(|values| *values != "{}").collect();
    if shown.is_empty() {
        return Ok(());
    }
    let archived = store::archived_names(cx, model)?;
    if archived.is_empty() {
        return Ok(());
    }
    for values in shown {
        let mut left = parse(values);
        left.retain(|name, _| !archived.contains(name));
        *values = Value::Object(left).to_string();
    }
    Ok(())
}

/// The attributes of a model, read once on first use, for verbs that validate values and index them.
#[derive(Debug)]
pub(crate) struct Known {
    model: Model,
    all: Option<Vec<DataAttribute>>,
}

impl Known {
    /// The attributes of a model, not read yet.
    pub(crate) const fn new(model: Model) -> Self {
        Self { model, all: None }
    }

    /// All of them, archived ones too.
    pub(crate) fn all(&mut self, cx: &mut Cx) -> Result<&[DataAttribute]> {
        let all = match self.all.take() {
            Some(all) => all,
            None => with_archived(cx, self.model)?,
        };
        Ok(self.all.insert(all))
    }
}

/// Merges new values into those of an object: null clears a value, each value must match its attribute's type, and
/// unknown or archived attributes are rejected by name. Returns the new JSON object.
pub fn merge(attributes: &[DataAttribute], current: &str, changes: &Map<String, Value>) -> Result<String> {
    let mut values = parse(current);
    for (name, value) in changes {
        let attribute = attributes.iter().find(|a| a.name == *name && !a.archived).ok_or_else(|| {
            Error::invalid(format!("Custom attribute '{name}' does not exist")).field("custom_attributes")
        })?;
        match value {
            Value::Null => {
                values.shift_remove(name);
            }
            value => {
                let value = typed(attribute.data_type, value).ok_or_else(|| invalid_value(attribute, value))?;
                values.insert(name.clone(), value);
            }
        }
    }
    Ok(Value::Object(values).to_string())
}

/// The values of an object by name.
pub fn parse(json: &str) -> Map<String, Value> {
    match serde_json::from_str(json) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn invalid_value(attribute: &DataAttribute, value: &Value) -> Error {
    let message = match value {
        Value::String(s) if s.len() > MAX_TEXT_BYTES => format!("Custom attribute '{}' is too long", attribute.name),
        _ if attribute.data_type == DataType::Date => {
            format!("Custom attribute '{}' must be of type date: a unix timestamp in seconds", attribute.name)
        }
        _ => format!("Custom attribute '{}' must be of type {}", attribute.name, attribute.data_type),
    };
    Error::invalid(message).field("custom_attributes")
}

/// A value in the stored form of its type. Strings of numbers and booleans are converted, and the other way round.
pub(crate) fn typed(data_type: DataType, value: &Value) -> Option<Value> {
    match (data_type, value) {
        (DataType::Date, value) => times::read_date(value).map(Value::from),
        (DataType::Integer, value) => numbers::integer(value).map(Value::from),
        (DataType::Float, Value::Number(_)) | (DataType::Boolean, Value::Bool(_)) => Some(value.clone()),
        (DataType::Float, Value::String(s)) => s.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from),
        (DataType::Boolean, Value::String(s)) => s.parse::<bool>().ok().map(Value::from),
        (DataType::String, Value::String(s)) => (s.len() <= MAX_TEXT_BYTES).then(|| value.clone()),
        (DataType::String, value) => numbers::attribute_text(value),
        _ => None,
    }
}
