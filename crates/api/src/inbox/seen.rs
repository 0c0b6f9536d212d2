//! `was` in the body of a change: the values that the teammate saw in the fields. If somebody else has changed one of
//! them since, the change is rejected with the newer value.

use deskwire_domain::error::{Error, ErrorKind, Result};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::body::Body;

/// The field that holds further fields.
const ATTRIBUTES: &str = "custom_attributes";

/// Whether the body names the values that the teammate saw.
pub(super) fn is_given(body: &Body) -> bool {
    body.has("was")
}

/// Fails with the newer value if that of a field is neither what the teammate saw nor what they write. `now` is the
/// object as the inbox displays it.
pub(super) fn check(body: &Body, now: &impl Serialize) -> Result<()> {
    let Some(was) = body.object("was")?.flatten() else { return Ok(()) };
    let now = serde_json::to_value(now).map_err(Error::internal)?;
    compare(was, &body.0, &now)
}

/// Rejects values of fields that the object, as the inbox displays it, does not have.
pub(super) fn check_fields(body: &Body, now: &Value) -> Result<()> {
    let was = body.object("was")?.flatten();
    match was.and_then(|was| was.keys().find(|name| now.get(name.as_str()).is_none())) {
        Some(name) => Err(Error::invalid(format!("was must not have {name}: this does not change it")).field("was")),
        None => Ok(()),
    }
}

fn compare(was: &Map<String, Value>, written: &Map<String, Value>, now: &Value) -> Result<()> {
    for (name, was) in was {
        let (written, now) = (written.get(name), now.get(name).unwrap_or(&Value::Null));
        match (name.as_str(), was, written) {
            (ATTRIBUTES, Value::Object(was), Some(Value::Object(written))) => compare(was, written, now)?,
            _ if same(now, was) || written.is_some_and(|written| same(now, written)) => {}
            _ => return Err(Error::from(ErrorKind::NewerValue).with("value", now.clone())),
        }
    }
    Ok(())
}

/// Whether two values are equal. In JSON, 10 and 10.0 are the same number.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        _ => a == b,
    }
}
