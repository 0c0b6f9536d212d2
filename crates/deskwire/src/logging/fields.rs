//! The fields of spans as JSON.
//!
//! Every request has a span, and few are logged. The formatter of `tracing-subscriber` builds a map before it writes, and
//! takes ten times as long.

use std::fmt::{self, Debug};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormattedFields;
use tracing_subscriber::fmt::format::{FormatFields, Writer};

/// Formats the fields of a span as a JSON object, as the JSON format of events expects them.
pub(super) struct JsonFields;

impl<'w> FormatFields<'w> for JsonFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut object = Object { writer, separator: '{', result: Ok(()) };
        fields.record(&mut object);
        object.end()
    }

    fn add_fields(&self, current: &'w mut FormattedFields<Self>, fields: &tracing::span::Record<'_>) -> fmt::Result {
        let separator = match current.fields.pop() {
            Some('}') if current.fields.len() > 1 => ',',
            _ => {
                current.fields.clear();
                '{'
            }
        };
        let mut object = Object { writer: current.as_writer(), separator, result: Ok(()) };
        fields.record(&mut object);
        object.end()
    }
}

/// An object while it is written.
struct Object<'w> {
    writer: Writer<'w>,
    /// What comes before the next field.
    separator: char,
    result: fmt::Result,
}

impl Object<'_> {
    fn field(&mut self, field: &Field, value: impl serde::Serialize) {
        if self.result.is_ok() {
            let value = serde_json::to_string(&value).unwrap_or_default();
            self.result = write!(self.writer, "{}\"{}\":{value}", self.separator, field.name());
            self.separator = ',';
        }
    }

    fn end(mut self) -> fmt::Result {
        self.result?;
        if self.separator == '{' {
            self.writer.write_char('{')?;
        }
        self.writer.write_char('}')
    }
}

impl Visit for Object<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.field(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.field(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.field(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Formats the fields that a span has from its beginning, and those that it gets later.
    fn formatted(span: &tracing::Span, later: impl FnOnce(&tracing::Span)) -> String {
        use tracing_subscriber::registry::LookupSpan;
        later(span);
        span.with_subscriber(|(id, dispatch)| {
            let registry = dispatch.downcast_ref::<tracing_subscriber::Registry>().unwrap();
            let span = registry.span(id).unwrap();
            span.extensions().get::<FormattedFields<JsonFields>>().unwrap().fields.clone()
        })
        .unwrap()
    }

    #[test]
    fn fields_are_a_json_object() {
        let logs = tracing_subscriber::fmt().json().fmt_fields(JsonFields).with_writer(std::io::sink).finish();
        tracing::subscriber::with_default(logs, || {
            let span = tracing::error_span!("a", name = "\"x\"\n", id = %7, debug = ?Some(1), n = 1.5, on = true);
            let wanted = serde_json::json!({"name": "\"x\"\n", "id": "7", "debug": "Some(1)", "n": 1.5, "on": true});
            assert_eq!(formatted(&span, |_| {}), wanted.to_string());
            let later = tracing::error_span!("b", a = 1, b = tracing::field::Empty, c = tracing::field::Empty);
            let record = |span: &tracing::Span| {
                span.record("b", -2).record("c", "x");
            };
            assert_eq!(formatted(&later, record), r#"{"a":1,"b":-2,"c":"x"}"#);
            let empty = tracing::error_span!("c", b = tracing::field::Empty);
            assert_eq!(formatted(&empty, |_| {}), "{}");
            let record = |span: &tracing::Span| {
                span.record("b", 3);
            };
            assert_eq!(formatted(&empty, record), r#"{"b":3}"#);
        });
    }
}
