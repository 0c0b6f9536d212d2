//! Reading a request's parameters: typed, with an error that names the parameter that does not fit.
//!
//! Clients send numbers as strings and strings as numbers, so ids and times are read from either.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::{numbers, times};
use serde_json::{Map, Value};

/// The maximum length of a short text, in bytes: ids, names, emails.
const SHORT: usize = 2_000;
/// The largest number that a JavaScript client represents exactly.
const MAX: i64 = 1 << 53;

/// The JSON object of a request's body; empty without a body.
#[derive(Debug, Default)]
pub struct Body(pub Map<String, Value>);

/// A value that may be absent (`None`), null (`Some(None)`) or set.
pub type Patch<T> = Option<Option<T>>;

impl Body {
    /// The value of a key, null included.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Whether the key is present, even if null.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// A string; null clears it.
    pub fn text(&self, key: &'static str) -> Result<Patch<String>> {
        self.patch(key, "a string", |v| v.as_str().map(str::to_owned))?
            .map(|t| t.map(|t| short(key, t)).transpose())
            .transpose()
    }

    /// An id or a string: numbers are converted to digits.
    pub fn id(&self, key: &'static str) -> Result<Patch<String>> {
        let read = |v: &Value| match v {
            Value::String(s) => Some(s.clone()),
            Value::Number(n) => numbers::digits(n),
            _ => None,
        };
        self.patch(key, "a string", read)?.map(|t| t.map(|t| short(key, t)).transpose()).transpose()
    }

    /// A required id.
    pub fn needed_id(&self, key: &'static str) -> Result<String> {
        self.id(key)?.flatten().ok_or_else(|| Error::missing(format!("{key} is required")).field(key))
    }

    /// A string of any length; null clears it.
    pub fn long(&self, key: &'static str) -> Result<Patch<String>> {
        self.patch(key, "a string", |v| v.as_str().map(str::to_owned))
    }

    /// A required string of any length.
    pub fn long_text(&self, key: &'static str) -> Result<String> {
        match self.long(key)?.flatten() {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(Error::missing(format!("{key} is required")).field(key)),
        }
    }

    /// A whole number, or a string of digits.
    pub fn integer(&self, key: &'static str) -> Result<Patch<i64>> {
        self.patch(key, "an integer", integer)
    }

    /// A time in unix seconds. Milliseconds are rejected.
    pub fn time(&self, key: &'static str) -> Result<Patch<i64>> {
        self.patch(key, "a unix timestamp in seconds", times::read)
    }

    /// A boolean, or `"true"`, `"false"`.
    pub fn boolean(&self, key: &'static str) -> Result<Patch<bool>> {
        self.patch(key, "a boolean", |v| match v {
            Value::Bool(b) => Some(*b),
            Value::String(s) if s == "true" => Some(true),
            Value::String(s) if s == "false" => Some(false),
            _ => None,
        })
    }

    /// An object.
    pub fn object(&self, key: &'static str) -> Result<Patch<&Map<String, Value>>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::Object(map)) => Ok(Some(Some(map))),
            Some(_) => Err(must_be(key, "an object")),
        }
    }

    /// An array.
    pub fn array(&self, key: &'static str) -> Result<Patch<&Vec<Value>>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::Array(items)) => Ok(Some(Some(items))),
            Some(_) => Err(must_be(key, "an array")),
        }
    }

    fn patch<T>(&self, key: &'static str, what: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Patch<T>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => read(value).map(|v| Some(Some(v))).ok_or_else(|| must_be(key, what)),
        }
    }
}

/// The error for a parameter of the wrong type.
pub fn must_be(key: &'static str, what: &str) -> Error {
    Error::invalid(format!("{key} must be {what}")).field(key)
}

fn short(key: &'static str, text: String) -> Result<String> {
    if text.len() > SHORT {
        return Err(Error::invalid(format!("{key} is too long (maximum is {SHORT} bytes)")).field(key));
    }
    Ok(text)
}

fn integer(value: &Value) -> Option<i64> {
    numbers::integer(value).filter(|n| (-MAX..=MAX).contains(n))
}
