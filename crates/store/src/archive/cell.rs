//! A value of a row, independent of the database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::Value;

/// A value of a column. In JSON: null, true or false, a whole number, a string, `{"real": "0.1"}` or `{"base64":
/// "..."}`.
///
/// Floating point numbers are written as text because JSON libraries differ in their last digit. `SQLite` has no
/// booleans: a 0 or 1 becomes one if the column that receives it is boolean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Cell {
    /// As the parameter of a statement.
    pub(crate) fn value(&self) -> Value<'_> {
        match self {
            Cell::Null => Value::Null,
            Cell::Bool(b) => Value::Bool(*b),
            Cell::Int(n) => Value::Int(*n),
            Cell::Real(x) => Value::Real(*x),
            Cell::Text(text) => Value::Text(text),
            Cell::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

impl From<Value<'_>> for Cell {
    fn from(value: Value<'_>) -> Cell {
        match value {
            Value::Null => Cell::Null,
            Value::Bool(b) => Cell::Bool(b),
            Value::Int(n) => Cell::Int(n),
            Value::Real(x) => Cell::Real(x),
            Value::Text(text) => Cell::Text(text.to_owned()),
            Value::Bytes(bytes) => Cell::Bytes(bytes.to_owned()),
        }
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let tagged = |to: S, tag: &str, text: String| {
            let mut map = to.serialize_map(Some(1))?;
            map.serialize_entry(tag, &text)?;
            map.end()
        };
        match self {
            Cell::Null => to.serialize_unit(),
            Cell::Bool(b) => to.serialize_bool(*b),
            Cell::Int(n) => to.serialize_i64(*n),
            Cell::Real(x) => tagged(to, "real", x.to_string()),
            Cell::Text(text) => to.serialize_str(text),
            Cell::Bytes(bytes) => tagged(to, "base64", BASE64.encode(bytes)),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Cell, D::Error> {
        let tagged = |map: &serde_json::Map<String, Json>| {
            let text = |tag: &str| map.get(tag).and_then(Json::as_str).filter(|_| map.len() == 1);
            let real = text("real").and_then(|text| text.parse().ok()).map(Cell::Real);
            real.or_else(|| text("base64").and_then(|text| BASE64.decode(text).ok()).map(Cell::Bytes))
        };
        match Json::deserialize(from)? {
            Json::Null => Ok(Cell::Null),
            Json::Bool(b) => Ok(Cell::Bool(b)),
            Json::String(text) => Ok(Cell::Text(text)),
            Json::Number(n) => n.as_i64().map(Cell::Int).ok_or_else(|| D::Error::custom("a number is out of range")),
            Json::Object(map) => tagged(&map).ok_or_else(|| D::Error::custom("a value is of no known kind")),
            Json::Array(_) => Err(D::Error::custom("a value is a list")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_json() {
        let cells = vec![
            Cell::Null,
            Cell::Bool(true),
            Cell::Int(i64::MIN),
            Cell::Int((1 << 53) + 1),
            Cell::Real(0.1),
            Cell::Real(-0.0),
            Cell::Real(1e300),
            Cell::Text("{\"real\": \"1\"}\n\u{1}😀".to_owned()),
            Cell::Bytes(vec![0, 255, 10]),
        ];
        let text = serde_json::to_string(&cells).unwrap();
        assert!(!text.contains('\n'), "{text}");
        assert_eq!(serde_json::from_str::<Vec<Cell>>(&text).unwrap(), cells);
        for bad in ["[1.5]", "[[1]]", "[{\"real\": \"x\"}]", "[{\"base64\": \"AA==\", \"real\": \"1\"}]"] {
            assert!(serde_json::from_str::<Vec<Cell>>(bad).is_err(), "{bad}");
        }
    }
}
