//! Converts values to and from PostgreSQL. The conversions are more lenient than the driver's, so that one SQL text
//! needs no casts for the exact width of a column.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::error::DbError;
use tokio_postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};

use crate::archive::Cell;
use crate::files::hex;
use crate::{Error, Result, Value};

type Boxed = Box<dyn StdError + Sync + Send>;

/// Returns column `i` of `row`. `None` if it is null.
pub(crate) fn get<'r, T: FromSql<'r>>(row: &'r tokio_postgres::Row, i: usize) -> Result<Option<T>> {
    row.try_get(i).map_err(|e| {
        let reason = e.source().map_or_else(|| e.to_string(), ToString::to_string);
        Error::column(i, reason)
    })
}

/// An integer of any width.
pub(crate) struct Int(pub(crate) i64);

impl<'r> FromSql<'r> for Int {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Int, Boxed> {
        match *kind {
            Type::INT2 => i16::from_sql(kind, raw).map(|n| Int(n.into())),
            Type::INT4 => i32::from_sql(kind, raw).map(|n| Int(n.into())),
            Type::OID => u32::from_sql(kind, raw).map(|n| Int(n.into())),
            Type::BOOL => bool::from_sql(kind, raw).map(|b| Int(b.into())),
            _ => i64::from_sql(kind, raw).map(Int),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT2 | Type::INT4 | Type::INT8 | Type::OID | Type::BOOL)
    }
}

/// A number of any type except `numeric`.
pub(crate) struct Real(pub(crate) f64);

impl<'r> FromSql<'r> for Real {
    #[expect(clippy::cast_precision_loss, reason = "reading an integer as a float accepts the loss of precision")]
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Real, Boxed> {
        match *kind {
            Type::FLOAT4 => f32::from_sql(kind, raw).map(|x| Real(x.into())),
            Type::FLOAT8 => f64::from_sql(kind, raw).map(Real),
            _ => Int::from_sql(kind, raw).map(|n| Real(n.0 as f64)),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::FLOAT4 | Type::FLOAT8 | Type::INT2 | Type::INT4 | Type::INT8)
    }
}

/// A boolean, or an integer 0 or 1, as `CASE ... THEN 1` yields.
pub(crate) struct Bool(pub(crate) bool);

impl<'r> FromSql<'r> for Bool {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Bool, Boxed> {
        match *kind {
            Type::BOOL => bool::from_sql(kind, raw).map(Bool),
            _ => match Int::from_sql(kind, raw)?.0 {
                0 => Ok(Bool(false)),
                1 => Ok(Bool(true)),
                n => Err(format!("wanted a boolean, found {n}").into()),
            },
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::BOOL | Type::INT2 | Type::INT4 | Type::INT8)
    }
}

/// Text, also from JSON and enum columns.
pub(crate) struct Text<'r>(pub(crate) &'r str);

impl<'r> FromSql<'r> for Text<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Text<'r>, Boxed> {
        // The binary form of `jsonb` is its text after a version byte, so far always 1.
        let raw = match (kind, raw) {
            (&Type::JSONB, [1, text @ ..]) => text,
            _ => raw,
        };
        Ok(Text(std::str::from_utf8(raw)?))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::JSON | Type::JSONB)
            || matches!(kind.kind(), Kind::Enum(_))
            || <&str as FromSql>::accepts(kind)
    }
}

impl<'r> FromSql<'r> for Cell {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Cell, Boxed> {
        match *kind {
            Type::BOOL => bool::from_sql(kind, raw).map(Cell::Bool),
            Type::BYTEA => <&[u8]>::from_sql(kind, raw).map(|bytes| Cell::Bytes(bytes.to_vec())),
            Type::FLOAT4 | Type::FLOAT8 => Real::from_sql(kind, raw).map(|x| Cell::Real(x.0)),
            _ if Int::accepts(kind) => Int::from_sql(kind, raw).map(|n| Cell::Int(n.0)),
            _ => Text::from_sql(kind, raw).map(|text| Cell::Text(text.0.to_owned())),
        }
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::BYTEA || Real::accepts(kind) || Int::accepts(kind) || Text::accepts(kind)
    }
}

impl ToSql for Value<'_> {
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the column accepts the loss")]
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match (*self, kind) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (value, &Type::UNKNOWN) => Ok(in_words(value, out)),
            (Value::Bool(b), &Type::BOOL) => b.to_sql(kind, out),
            (Value::Bool(b), _) => Value::Int(b.into()).to_sql(kind, out),
            (Value::Int(n), &Type::INT8) => n.to_sql(kind, out),
            (Value::Int(n), &Type::INT4) => i32::try_from(n)?.to_sql(kind, out),
            (Value::Int(n), &Type::INT2) => i16::try_from(n)?.to_sql(kind, out),
            (Value::Int(n), &Type::OID) => u32::try_from(n)?.to_sql(kind, out),
            (Value::Int(n), &Type::FLOAT8) => (n as f64).to_sql(kind, out),
            (Value::Int(n), &Type::FLOAT4) => (n as f32).to_sql(kind, out),
            (Value::Int(n @ (0 | 1)), &Type::BOOL) => (n == 1).to_sql(kind, out),
            (Value::Int(n), &Type::TEXT) => n.to_string().to_sql(kind, out),
            (Value::Real(x), &Type::FLOAT8) => x.to_sql(kind, out),
            (Value::Real(x), &Type::FLOAT4) => (x as f32).to_sql(kind, out),
            (Value::Text(text), &Type::JSONB) => {
                out.extend_from_slice(&[1]);
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Value::Text(text), _) if Text::accepts(kind) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (value, kind) => Err(format!("{} does not fit the type {kind}", value.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true // decided for each value above
    }

    fn encode_format(&self, kind: &Type) -> Format {
        if *kind == Type::UNKNOWN { Format::Text } else { Format::Binary }
    }

    to_sql_checked!();
}

/// Writes a value as in a literal, which fits any type that the statement needs there.
fn in_words(value: Value<'_>, out: &mut BytesMut) -> IsNull {
    match value {
        Value::Null => return IsNull::Yes,
        // A boolean written as a number fits columns of both types.
        Value::Bool(b) => out.extend_from_slice(if b { b"1" } else { b"0" }),
        Value::Int(n) => out.extend_from_slice(n.to_string().as_bytes()),
        Value::Real(x) => out.extend_from_slice(x.to_string().as_bytes()),
        Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        Value::Bytes(bytes) => {
            out.extend_from_slice(b"\\x");
            out.extend_from_slice(hex(bytes).as_bytes());
        }
    }
    IsNull::No
}

/// Returns the message of an error. If a value did not fit (class 22), the message omits it: the server quotes it, and
/// it may be secret.
pub(crate) fn without_value(db: &DbError) -> &str {
    let message = db.message();
    let end = message.find('"').filter(|_| db.code().code().starts_with("22"));
    end.map_or(message, |end| message[..end].trim_end_matches([' ', ':']))
}
