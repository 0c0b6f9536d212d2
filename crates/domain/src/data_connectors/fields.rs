//! The fields of a response.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::settings::{ResponseField, invalid};
use crate::error::Result;
use crate::times;

/// The maximum number of fields per response.
const MAX_FIELDS: usize = 200;
/// The maximum nesting depth of a mock response.
const MAX_DEPTH: usize = 10;

/// The fields of a mock response. A list is a single field.
pub(super) fn of_mock(mock: &Map<String, Value>) -> Result<Vec<ResponseField>> {
    let mut fields = Vec::new();
    collect(mock, "", MAX_DEPTH, &mut fields)?;
    if fields.len() > MAX_FIELDS {
        return Err(invalid(format!("mock_response can have at most {MAX_FIELDS} fields")).field("mock_response"));
    }
    Ok(fields)
}

fn collect(object: &Map<String, Value>, prefix: &str, depth: usize, fields: &mut Vec<ResponseField>) -> Result<()> {
    if depth == 0 {
        return Err(invalid(format!("mock_response can be nested {MAX_DEPTH} levels deep")).field("mock_response"));
    }
    for (name, value) in object {
        let path = format!("{prefix}{name}");
        match value {
            Value::Object(inner) => collect(inner, &format!("{path}."), depth - 1, fields)?,
            value => fields.push(ResponseField {
                path,
                r#type: Cow::Borrowed(kind(value)),
                example_value: value.clone(),
                redacted: false,
            }),
        }
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "decimal",
        Value::Number(_) => "integer",
        Value::String(text) if text.contains('-') && times::parse(text).is_some() => "datetime",
        Value::String(_) => "string",
        Value::Null | Value::Array(_) | Value::Object(_) => "unknown",
    }
}

/// Reduces a response to these fields; to all of it if there are none.
pub(super) fn mapped(response: Value, fields: &[ResponseField]) -> Value {
    if fields.is_empty() {
        return response;
    }
    let mut mapped = Map::new();
    for field in fields {
        if let Some((names, found)) = find(&response, &field.path) {
            put(&mut mapped, &names, found);
        }
    }
    Value::Object(mapped)
}

/// The value at a path, and the names along it. Names may contain dots.
fn find<'v, 'p>(value: &'v Value, path: &'p str) -> Option<(Vec<&'p str>, &'v Value)> {
    if let Some(found) = value.get(path) {
        return Some((vec![path], found));
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let (mut names, found) = find(value.get(&path[..dot])?, &path[dot + 1..])?;
        names.insert(0, &path[..dot]);
        Some((names, found))
    })
}

/// Sets the value at a path of names, unless a value that is not an object is on the path.
fn put(object: &mut Map<String, Value>, names: &[&str], value: &Value) {
    match names {
        [] => {}
        [last] => {
            object.insert((*last).to_owned(), value.clone());
        }
        [first, rest @ ..] => {
            let inner = object.entry(*first).or_insert_with(|| Value::Object(Map::new()));
            if let Some(inner) = inner.as_object_mut() {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_response_is_mapped_by_the_fields_of_its_mock() {
        let mock =
            json!({"order": {"id": 7, "price": 1.5, "at": "2026-01-02"}, "ok": true, "tags": ["x"], "note": null});
        let fields = of_mock(mock.as_object().unwrap()).unwrap();
        let kinds: Vec<_> = fields.iter().map(|field| (field.path.as_str(), &*field.r#type)).collect();
        let expected = [
            ("order.id", "integer"),
            ("order.price", "decimal"),
            ("order.at", "datetime"),
            ("ok", "boolean"),
            ("tags", "unknown"),
            ("note", "unknown"),
        ];
        assert_eq!(kinds, expected);
        let response = json!({"order": {"id": 8, "secret": 1}, "ok": false, "more": 1, "tags": [1, 2]});
        assert_eq!(mapped(response, &fields), json!({"order": {"id": 8}, "ok": false, "tags": [1, 2]}));
        assert_eq!(mapped(json!([1]), &fields), json!({}));
        let dotted = json!({"a.b": {"c.d": 1}, "a": {"b": {"e": 2}}, "": 3, "x.": 4});
        let fields = of_mock(dotted.as_object().unwrap()).unwrap();
        assert_eq!(mapped(dotted.clone(), &fields), dotted);
        assert_eq!(mapped(json!([1]), &[]), json!([1]));
    }
}
