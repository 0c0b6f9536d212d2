//! Comma-separated values (RFC 4180, lines end with a line feed).

use std::fmt::Display;
use std::io::Write;

/// A CSV writer in memory.
#[derive(Debug, Default)]
pub struct Csv {
    text: Vec<u8>,
    rows: i64,
    /// Whether the current row already has a value.
    in_row: bool,
}

impl Csv {
    /// The text so far.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// How many rows it has.
    pub fn rows(&self) -> i64 {
        self.rows
    }

    /// Adds a header, which does not count as a row.
    pub fn header<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            self.value(Some(name));
        }
        self.end();
        self.rows -= 1;
    }

    /// Adds a text, quoted if needed; an empty value for `None`. Formulas are not escaped, so that programs read what
    /// was stored.
    pub fn value(&mut self, value: Option<&str>) {
        self.separate();
        let Some(value) = value else { return };
        let plain = |byte: u8| !matches!(byte, b'"' | b',' | b'\n' | b'\r');
        let spaced = value.starts_with(' ') || value.ends_with(' ');
        if value.bytes().all(plain) && !spaced {
            self.text.extend_from_slice(value.as_bytes());
            return;
        }
        self.text.push(b'"');
        for byte in value.bytes() {
            if byte == b'"' {
                self.text.push(byte);
            }
            self.text.push(byte);
        }
        self.text.push(b'"');
    }

    /// Adds a value that needs no quotes, such as a number or an id; an empty value for `None`.
    pub fn plain(&mut self, value: Option<impl Display>) {
        self.separate();
        if let Some(value) = value {
            // Writing into memory does not fail.
            let _ = write!(self.text, "{value}");
        }
    }

    /// Ends the row.
    pub fn end(&mut self) {
        self.text.push(b'\n');
        self.rows += 1;
        self.in_row = false;
    }

    fn separate(&mut self) {
        if self.in_row {
            self.text.push(b',');
        }
        self.in_row = true;
    }
}

#[cfg(test)]
mod tests {
    use super::Csv;

    #[test]
    fn values_are_quoted_where_they_must_be() {
        let mut csv = Csv::default();
        csv.header(["id", "name"]);
        csv.plain(Some(-1));
        csv.value(Some("Ada \"the first\", of many"));
        csv.end();
        csv.value(None);
        csv.value(Some("two\nlines"));
        csv.value(Some("=1+1"));
        csv.value(Some(" spaced"));
        csv.end();
        let text = "id,name\n-1,\"Ada \"\"the first\"\", of many\"\n,\"two\nlines\",=1+1,\" spaced\"\n";
        assert_eq!(std::str::from_utf8(csv.text()).unwrap(), text);
        assert_eq!(csv.rows(), 2);
    }
}
