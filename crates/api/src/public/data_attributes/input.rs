//! What callers say of a data attribute.

use deskwire_domain::data_attributes::{Changes, New};
use deskwire_domain::error::{Error, Result};
use serde_json::Value;

use crate::body::Body;
use crate::versions::{Feature, Version};

/// A new attribute.
pub(super) fn new(body: &Body, version: Version) -> Result<New> {
    Ok(New {
        model: body.text("model")?.flatten(),
        name: body.text("name")?.flatten(),
        description: body.text("description")?.flatten(),
        data_type: body.text("data_type")?.flatten(),
        options: options(body)?,
        messenger_writable: body
            .boolean("messenger_writable")?
            .flatten()
            .unwrap_or_else(|| !version.has(Feature::MessengerOptIn)),
    })
}

/// Changes of an attribute.
pub(super) fn changes(body: &Body) -> Result<Changes> {
    Ok(Changes {
        description: body.text("description")?,
        options: options(body)?,
        messenger_writable: body.boolean("messenger_writable")?.flatten(),
        archived: body.boolean("archived")?.flatten(),
    })
}

/// Options are objects with a `value`, or strings.
fn options(body: &Body) -> Result<Option<Vec<String>>> {
    let items = match body.get("options") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(Error::invalid("Options isn't an array").field("options")),
    };
    items
        .iter()
        .map(option)
        .collect::<Option<_>>()
        .map(Some)
        .ok_or_else(|| Error::invalid("Each option must be an object with a value").field("options"))
}

fn option(item: &Value) -> Option<String> {
    match item {
        Value::Object(map) => map.get("value").filter(|v| !v.is_object()).and_then(option),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
