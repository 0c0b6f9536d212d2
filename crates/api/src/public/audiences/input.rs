//! Reading audiences from requests.

use deskwire_domain::audiences::{Input, Predicate};
use deskwire_domain::error::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::body::{Body, must_be};
use crate::request::Request;

/// Reads the body.
pub(super) fn read(request: &Request) -> Result<Input> {
    let body = &request.body;
    let read = || {
        Ok(Input {
            name: body.text("name")?,
            predicates: predicates(body, "predicates")?,
            role_predicates: predicates(body, "role_predicates")?,
        })
    };
    // The description has no other error for these operations.
    read().map_err(|error: Error| Error { kind: ErrorKind::ValidationError, ..error })
}

/// A list of predicates; null clears it.
fn predicates(body: &Body, key: &'static str) -> Result<Option<Vec<Predicate>>> {
    let Some(values) = body.array(key)? else { return Ok(None) };
    let values = values.map_or(&[][..], Vec::as_slice);
    let predicate = |value: &Value| {
        let fields = Body(value.as_object().ok_or_else(|| must_be(key, "an array of objects"))?.clone());
        Ok(Predicate {
            attribute: fields.text("attribute")?.flatten().unwrap_or_default(),
            r#type: fields.text("type")?.flatten().unwrap_or_default(),
            comparison: fields.text("comparison")?.flatten().unwrap_or_default(),
            value: compared(fields.get("value"))?,
        })
    };
    values.iter().map(predicate).collect::<Result<_>>().map(Some)
}

/// The value of a predicate: a string, number or boolean, which is rendered as a string.
fn compared(value: Option<&Value>) -> Result<String> {
    match value {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(value.to_string()),
        Some(_) => Err(must_be("value", "a string")),
    }
}
