//! Writes values as JSON text, in the form of `serde_json`.
//!
//! An own serializer, because the writer has to know each object and field as it begins and ends. Besides, it writes the
//! names of fields without looking for characters to escape, and finds these in texts eight bytes at a time.

use std::fmt::{Display, Write as _};

use serde::ser::{self, Error as _, Serialize};
use serde_json::{Error, Result};

use super::escape::{Escaped, escape, special};
use super::render::Writer;

/// The name under which `serde_json` serializes a `RawValue`: a struct of this name with one field, its text.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// What ends a value with parts.
#[derive(Clone, Copy)]
enum End {
    Array,
    Object,
    /// The value of the only field of an object, which is an array.
    ArrayOfVariant,
    /// The value of the only field of an object, which is an object.
    ObjectOfVariant,
    /// A text that is JSON already.
    Raw,
}

/// A value with parts, while it is written.
pub(super) struct Parts<'w, 'p> {
    writer: &'w mut Writer<'p>,
    end: End,
}

impl<'p> Writer<'p> {
    fn name(&mut self, name: &'static str) {
        debug_assert!(special(name.as_bytes()).is_none(), "{name} needs to be escaped");
        self.begin_key();
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.push(b'"');
        self.end_key(name.as_bytes());
        self.begin_value();
    }

    fn variant(&mut self, name: &'static str) {
        self.begin();
        self.name(name);
    }

    fn item(&mut self) {
        if self.text.last() != Some(&b'[') {
            self.text.push(b',');
        }
    }

    fn array(&mut self, end: End) -> Parts<'_, 'p> {
        self.text.push(b'[');
        Parts { writer: self, end }
    }

    fn object(&mut self, end: End) -> Parts<'_, 'p> {
        self.begin();
        Parts { writer: self, end }
    }
}

macro_rules! integers {
    ($($method:ident($type:ty),)*) => {
        $(
            fn $method(self, value: $type) -> Result<()> {
                self.text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
                Ok(())
            }
        )*
    };
}

impl<'w, 'p> ser::Serializer for &'w mut Writer<'p> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Parts<'w, 'p>;
    type SerializeTuple = Parts<'w, 'p>;
    type SerializeTupleStruct = Parts<'w, 'p>;
    type SerializeTupleVariant = Parts<'w, 'p>;
    type SerializeMap = Parts<'w, 'p>;
    type SerializeStruct = Parts<'w, 'p>;
    type SerializeStructVariant = Parts<'w, 'p>;

    fn serialize_bool(self, value: bool) -> Result<()> {
        self.text.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    integers!(
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
    );

    fn serialize_f32(self, value: f32) -> Result<()> {
        serde_json::to_writer(&mut self.text, &value)
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        serde_json::to_writer(&mut self.text, &value)
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        if std::mem::take(&mut self.is_raw) {
            return self.raw(value);
        }
        self.text.reserve(value.len() + 2);
        self.text.push(b'"');
        escape(&mut self.text, value);
        self.text.push(b'"');
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.text.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.end_value()?;
        self.end()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'w, 'p>> {
        Ok(self.array(End::Array))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'w, 'p>> {
        Ok(self.array(End::Array))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'w, 'p>> {
        Ok(self.array(End::Array))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 'p>> {
        self.variant(variant);
        Ok(self.array(End::ArrayOfVariant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'w, 'p>> {
        Ok(self.object(End::Object))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'w, 'p>> {
        Ok(if name == RAW_VALUE { Parts { writer: self, end: End::Raw } } else { self.object(End::Object) })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'w, 'p>> {
        self.variant(variant);
        Ok(self.object(End::ObjectOfVariant))
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Result<()> {
        self.text.push(b'"');
        write!(Escaped(&mut self.text), "{value}").map_err(Error::custom)?;
        self.text.push(b'"');
        Ok(())
    }
}

impl Parts<'_, '_> {
    fn element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<()> {
        self.writer.item();
        value.serialize(&mut *self.writer)
    }

    fn field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<()> {
        if matches!(self.end, End::Raw) {
            self.writer.is_raw = true;
            return value.serialize(&mut *self.writer);
        }
        self.writer.name(name);
        value.serialize(&mut *self.writer)?;
        self.writer.end_value()
    }

    fn finish(self) -> Result<()> {
        match self.end {
            End::Raw => return Ok(()),
            End::Object => return self.writer.end(),
            End::Array => {
                self.writer.text.push(b']');
                return Ok(());
            }
            End::ArrayOfVariant => self.writer.text.push(b']'),
            End::ObjectOfVariant => self.writer.end()?,
        }
        self.writer.end_value()?;
        self.writer.end()
    }
}

/// Implements a trait of parts by one of the methods above.
macro_rules! parts {
    ($($of:ident::$method:ident($($name:ident)?) = $own:ident,)*) => {
        $(
            impl ser::$of for Parts<'_, '_> {
                type Ok = ();
                type Error = Error;

                fn $method<T: ?Sized + Serialize>(&mut self, $($name: &'static str,)? value: &T) -> Result<()> {
                    self.$own($($name,)? value)
                }

                fn end(self) -> Result<()> {
                    self.finish()
                }
            }
        )*
    };
}

parts!(
    SerializeSeq::serialize_element() = element,
    SerializeTuple::serialize_element() = element,
    SerializeTupleStruct::serialize_field() = element,
    SerializeTupleVariant::serialize_field() = element,
    SerializeStruct::serialize_field(name) = field,
    SerializeStructVariant::serialize_field(name) = field,
);

impl ser::SerializeMap for Parts<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<()> {
        let writer = &mut *self.writer;
        writer.begin_key();
        let start = writer.text.len();
        key.serialize(&mut *writer)?;
        match writer.text.get(start) {
            Some(b'"') => {}
            // Numbers and truth values become texts.
            Some(b'0'..=b'9' | b'-' | b't' | b'f') => {
                writer.text.insert(start, b'"');
                writer.text.push(b'"');
            }
            _ => return Err(Error::custom("key must be a string")),
        }
        let text = std::mem::take(&mut writer.text);
        writer.end_key(&text[start + 1..text.len() - 1]);
        writer.text = text;
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<()> {
        self.writer.begin_value();
        value.serialize(&mut *self.writer)?;
        self.writer.end_value()
    }

    fn end(self) -> Result<()> {
        self.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    use super::super::{plan::Plan, render};

    /// Writes a value for a version that changes nothing.
    fn written(value: &impl Serialize) -> serde_json::Result<String> {
        render::text(&Plan::default(), "GET /fish", value).map(|text| String::from_utf8(text).unwrap())
    }

    #[derive(Serialize)]
    enum Kind {
        Unit,
        Newtype(u8),
        Tuple(i8, f32),
        Struct { id: u128, name: Option<&'static str> },
    }

    #[derive(Serialize)]
    struct Everything {
        kinds: [Kind; 4],
        unit: (),
        unit_struct: Unit,
        newtype: Newtype,
        tuple: (char, bool, i64),
        none: Option<u8>,
        numbers: Vec<f64>,
        least: (i128, i64, i32, i16),
        most: (u64, u32, u16),
        by_number: BTreeMap<i32, bool>,
        by_character: BTreeMap<char, Vec<Empty>>,
        by_flag: BTreeMap<bool, u8>,
        bytes: Bytes,
        raw: Box<RawValue>,
        #[serde(flatten)]
        others: BTreeMap<&'static str, Value>,
        text: Quoted,
    }

    #[derive(Serialize)]
    struct Unit;
    #[derive(Serialize)]
    struct Newtype(&'static str);
    #[derive(Serialize)]
    struct Empty {}

    struct Bytes;

    impl Serialize for Bytes {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(b"ab\x00")
        }
    }

    struct Quoted(u8);

    impl Serialize for Quoted {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&format_args!("\"{}\"\n", self.0))
        }
    }

    #[test]
    fn serializes_every_kind_of_value_like_serde_json() {
        let value = Everything {
            kinds: [
                Kind::Unit,
                Kind::Newtype(7),
                Kind::Tuple(-1, 0.1),
                Kind::Struct { id: u128::MAX, name: Some("x") },
            ],
            unit: (),
            unit_struct: Unit,
            newtype: Newtype("a{"),
            tuple: ('"', false, -3),
            none: None,
            numbers: vec![1.0, -0.0, 1e300, f64::NAN, f64::INFINITY, 0.1],
            least: (i128::MIN, i64::MIN, i32::MIN, i16::MIN),
            most: (u64::MAX, u32::MAX, u16::MAX),
            by_number: [(-1, true), (2, false)].into(),
            by_character: [('{', vec![Empty {}, Empty {}]), ('"', vec![])].into(),
            by_flag: [(true, 1)].into(),
            bytes: Bytes,
            raw: RawValue::from_string("{\"a\": [1]}".to_owned()).unwrap(),
            others: [("list", json!([[], {}, [{}, {"a{": "["}]])), ("", Value::Null)].into(),
            text: Quoted(9),
        };
        assert_eq!(written(&value).unwrap(), serde_json::to_string(&value).unwrap());
    }

    #[test]
    fn a_key_that_is_not_a_string_is_an_error() {
        assert!(written(&BTreeMap::from([((1, 2), 3)])).is_err());
        assert!(written(&BTreeMap::from([(None::<u8>, 3)])).is_err());
    }
}
