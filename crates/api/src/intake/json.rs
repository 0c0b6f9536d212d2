//! JSON objects with a bounded number of values.

use std::cell::Cell;
use std::fmt;

use deskwire_domain::error::{Error, ErrorKind, Result};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::texts;
use crate::body::Body;

/// The approximate memory that a value and its key occupy, in bytes.
pub(super) const VALUE: usize = 160;
/// The maximum number of values in a body.
const MAX: usize = 50_000;

/// The maximum number of values in a body of this size. Real bodies have at least eight bytes per value; small bodies
/// may have somewhat more values.
pub(super) fn most_values(bytes: usize) -> usize {
    (1_000 + bytes / 8).min(MAX)
}

/// Parses a JSON object.
pub(crate) fn object(bytes: &[u8]) -> Result<Body> {
    match value(bytes)? {
        Value::Object(map) => texts::check(&map).map(|()| Body(map)),
        _ => Err(Error::invalid("The request body must be a JSON object")),
    }
}

/// Parses a JSON value.
pub(super) fn value(bytes: &[u8]) -> Result<Value> {
    read(bytes, false)
}

/// Parses a file as a JSON value. Its reader reports where it contains a NUL character, which is not allowed in texts.
pub(super) fn file(bytes: &[u8]) -> Result<Value> {
    read(bytes, true)
}

fn read(bytes: &[u8], takes_nul: bool) -> Result<Value> {
    let most = most_values(bytes.len());
    let bounds = Bounds { left: Cell::new(most), fault: Cell::new(None), takes_nul };
    // Some clients send a byte order mark first, which RFC 8259 allows a parser to ignore.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let read = bounds.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match (read, bounds.fault.get()) {
        (Ok(value), _) => Ok(value),
        (Err(_), Some(Fault::TooMany)) => {
            let message =
                format!("The request body holds too many values (maximum is {most} in {} bytes)", bytes.len());
            Err(Error::new(ErrorKind::BodyTooLarge, message))
        }
        (Err(_), Some(Fault::Nul)) => {
            Err(Error::invalid("The request body contains a NUL character, which is not allowed"))
        }
        (Err(e), None) => {
            Err(Error::new(ErrorKind::ParameterInvalid, format!("The request body is not valid JSON: {e}")))
        }
    }
}

/// An error that is not a syntax error.
#[derive(Clone, Copy)]
enum Fault {
    TooMany,
    /// A NUL character, which `PostgreSQL` does not accept in texts.
    Nul,
}

/// Parses values while the limit on their number is not reached.
struct Bounds {
    left: Cell<usize>,
    fault: Cell<Option<Fault>>,
    takes_nul: bool,
}

impl Bounds {
    fn fail<T, E: serde::de::Error>(&self, fault: Fault) -> Result<T, E> {
        self.fault.set(Some(fault));
        Err(E::custom("refused"))
    }

    fn text<E: serde::de::Error>(&self, text: String) -> Result<String, E> {
        if !self.takes_nul && text.contains('\0') { self.fail(Fault::Nul) } else { Ok(text) }
    }
}

impl<'de> DeserializeSeed<'de> for &Bounds {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            None => self.fail(Fault::TooMany),
            Some(left) => {
                self.left.set(left);
                deserializer.deserialize_any(self)
            }
        }
    }
}

impl<'de> Visitor<'de> for &Bounds {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.text(value).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let key = self.text::<A::Error>(key)?;
            let value = entries.next_value_seed(self)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_like_serde_json() {
        let text = r#"{"z": [1, -2, 3.5, 1e400, 18446744073709551615, true, null, "é\n😀"], "a": {"b": {}, "c": []}, "z2": ""}"#;
        let ours = object(text.replace("1e400, ", "").as_bytes()).unwrap();
        let theirs: Value = serde_json::from_str(&text.replace("1e400, ", "")).unwrap();
        assert_eq!(Value::Object(ours.0.clone()), theirs);
        assert_eq!(ours.0.keys().collect::<Vec<_>>(), ["z", "a", "z2"]);
        assert_eq!(object(br#"{"a": 1, "a": 2}"#).unwrap().0["a"], 2);
        for bad in
            ["", "{", "{} {}", "{\"a\": 1,}", "nul", "{\"a\": 1e400}", "{\"a\": \"\\ud800\"}", "{\"a\": \"\u{1}\"}"]
        {
            assert_eq!(object(bad.as_bytes()).unwrap_err().kind, ErrorKind::ParameterInvalid, "{bad}");
        }
        assert_eq!(object(b"\xef\xbb\xbf{\"a\": 1}").unwrap().0["a"], 1);
        assert!(object(b"\xef\xbb\xbf\xef\xbb\xbf{}").is_err() && object(b"\xef\xbb\xbf").is_err());
        assert!(object(b"[]").is_err() && object(b"1").is_err());
    }

    #[test]
    fn values_are_counted_and_not_only_bytes() {
        let zeros = |count: usize| format!("{{\"x\": [{}]}}", vec!["0"; count].join(","));
        assert!(object(zeros(1_000).as_bytes()).is_ok());
        for most in [2_000, 100_000, 500_000] {
            let error = object(zeros(most).as_bytes()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::BodyTooLarge);
            assert!(error.message.contains("too many values"), "{}", error.message);
        }
        let deep = |depth: usize| format!("{{\"x\": {}0{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(deep(100).as_bytes()).is_ok());
        assert_eq!(object(deep(500_000).as_bytes()).unwrap_err().kind, ErrorKind::ParameterInvalid);
        // A hundred contacts with fifty attributes each are far below the limit.
        let fields: Vec<_> = (0..50).map(|n| format!("\"attribute_{n}\": {n}")).collect();
        let contact = format!("{{\"email\": \"a@b.test\", \"custom_attributes\": {{{}}}}}", fields.join(", "));
        assert!(object(format!("{{\"contacts\": [{}]}}", vec![contact; 100].join(", ")).as_bytes()).is_ok());
    }

    #[test]
    fn nul_characters_are_named() {
        for text in [r#"{"a": "x\u0000"}"#, r#"{"a\u0000": 1}"#, r#"{"a": [{"b": "\u0000"}]}"#] {
            assert!(object(text.as_bytes()).unwrap_err().message.contains("NUL"), "{text}");
        }
        assert!(object(br#"{"a": "\\u0000"}"#).is_ok());
    }
}
