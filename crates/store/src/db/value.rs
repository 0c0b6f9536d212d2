//! Statement parameters.

use crate::archive::Cell;

/// A statement parameter. It borrows, so that building parameters allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// SQL null, for a column of any type.
    Null,
    /// A boolean. SQLite stores 0 or 1.
    Bool(bool),
    /// An integer of any width up to 64 bits.
    Int(i64),
    /// A floating point number.
    Real(f64),
    /// Text; also for JSON columns.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl Value<'_> {
    /// Returns the type, for errors: the value itself may be secret.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Int(_) => "an integer",
            Value::Real(_) => "a number",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
        }
    }
}

/// A statement with its parameters, kept until it is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) sql: Box<str>,
    pub(crate) params: Box<[Cell]>,
}

impl Kept {
    pub(crate) fn new(sql: &str, params: &[Value<'_>]) -> Kept {
        Kept { sql: sql.into(), params: params.iter().map(|value| Cell::from(*value)).collect() }
    }

    /// Returns whether this is the given statement with the given parameters.
    pub(crate) fn is(&self, sql: &str, params: &[Value<'_>]) -> bool {
        *self.sql == *sql && self.params.len() == params.len() && self.values().eq(params.iter().copied())
    }

    pub(crate) fn values(&self) -> impl ExactSizeIterator<Item = Value<'_>> {
        self.params.iter().map(Cell::value)
    }
}

macro_rules! from {
    ($($type:ty => |$value:ident| $result:expr;)*) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from($value: $type) -> Value<'a> {
                $result
            }
        }
    )*};
}

from! {
    i64 => |v| Value::Int(v);
    i32 => |v| Value::Int(v.into());
    u32 => |v| Value::Int(v.into());
    u16 => |v| Value::Int(v.into());
    u8 => |v| Value::Int(v.into());
    bool => |v| Value::Bool(v);
    f64 => |v| Value::Real(v);
    &'a str => |v| Value::Text(v);
    &'a String => |v| Value::Text(v);
    &'a &'a str => |v| Value::Text(v);
    &'a Box<str> => |v| Value::Text(v);
    &'a std::borrow::Cow<'_, str> => |v| Value::Text(v);
    &'a [u8] => |v| Value::Bytes(v);
    &'a Vec<u8> => |v| Value::Bytes(v);
    &'a i64 => |v| Value::Int(*v);
    &'a bool => |v| Value::Bool(*v);
    &'a f64 => |v| Value::Real(*v);
    &'a Option<String> => |v| v.as_deref().into();
    &'a Option<i64> => |v| (*v).into();
    &'a Option<bool> => |v| (*v).into();
    &'a Option<f64> => |v| (*v).into();
    &'a Option<Vec<u8>> => |v| v.as_deref().into();
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Value<'a> {
        Value::Bytes(bytes)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Value<'a> {
        value.map_or(Value::Null, Into::into)
    }
}

/// `params![id, &name, created_at]`: the parameters `$1`, `$2`, `$3` of a statement.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*] as &[$crate::Value<'_>]
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_a_verb_holds_becomes_a_value() {
        let name = Some("Ada".to_owned());
        let none: Option<i64> = None;
        assert_eq!(
            params![1_i64, true, "x", &name, name.as_deref(), none, &none, 0.5],
            [
                Value::Int(1),
                Value::Bool(true),
                Value::Text("x"),
                Value::Text("Ada"),
                Value::Text("Ada"),
                Value::Null,
                Value::Null,
                Value::Real(0.5)
            ]
        );
        assert!(params![].is_empty());
    }
}
