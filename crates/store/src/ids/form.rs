//! The forms of ids in the API.

use std::fmt;
use std::io::Write;

use serde::de::{Error, Visitor};

use crate::mint;

/// The form of an id in the API.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// 24 hexadecimal digits, the form that Intercom's clients expect of contacts, companies and segments: the second
    /// in which the id was minted, then the number. So the text needs no column, and most invalid texts are rejected
    /// without a query.
    Hex,
    /// The number.
    Decimal,
    /// `job_` and the number.
    Job,
}

const JOB: &str = "job_";

/// The text of an id, on the stack.
pub(super) struct Text {
    bytes: [u8; 24],
    length: usize,
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        // Only ASCII is written to it.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl Form {
    pub(super) fn write(self, number: i64) -> Text {
        let mut bytes = [0; 24];
        let mut rest = bytes.as_mut_slice();
        // Eight and 16 hexadecimal digits fit exactly, as do four letters and 20 decimal digits.
        let _ = match self {
            Form::Hex => write!(rest, "{:08x}{number:016x}", mint::second(number)),
            Form::Decimal => write!(rest, "{number}"),
            Form::Job => write!(rest, "{JOB}{number}"),
        };
        let length = 24 - rest.len();
        Text { bytes, length }
    }

    pub(super) fn parse(self, text: &str) -> Option<i64> {
        match self {
            Form::Hex => parse_hex(text),
            Form::Decimal => parse_decimal(text),
            Form::Job => parse_decimal(text.strip_prefix(JOB)?),
        }
    }
}

fn parse_hex(text: &str) -> Option<i64> {
    if text.len() != 24 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return None;
    }
    let second = u32::from_str_radix(&text[..8], 16).ok()?;
    let number = i64::from_str_radix(&text[8..], 16).ok()?;
    (mint::second(number) == second).then_some(number)
}

/// A positive number of at most 16 digits, without sign or leading zeros.
fn parse_decimal(text: &str) -> Option<i64> {
    let plain =
        !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if plain { text.parse().ok() } else { None }
}

/// Deserializes an id from its API form, or from the number or the digits that earlier releases stored in the payloads of
/// jobs.
impl Visitor<'_> for Form {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        let found = match self {
            Form::Job => self.parse(text).or_else(|| parse_decimal(text)),
            Form::Hex | Form::Decimal => self.parse(text),
        };
        found.ok_or_else(|| E::custom(format_args!("{text:?} is not an id")))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        i64::try_from(number).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_malformed_ids() {
        for text in ["", "0", "07", "-1", "+1", "1 ", "12345678901234567", "x"] {
            assert_eq!(Form::Decimal.parse(text), None, "{text}");
        }
        for text in ["4096", "job_", "job_0", "job_07", "job_v2_1", "task_4096"] {
            assert_eq!(Form::Job.parse(text), None, "{text}");
        }
        assert_eq!(Form::Job.parse(Form::Job.write(4096).as_str()), Some(4096));
        let good = Form::Hex.write(4096);
        assert_eq!(Form::Hex.parse(good.as_str()), Some(4096));
        for text in ["", "4096", &good.as_str().to_uppercase().replace('6', "A"), &good.as_str().replace('9', "8")] {
            assert_eq!(Form::Hex.parse(text), None, "{text}");
        }
    }

    #[test]
    fn any_number_has_a_text() {
        assert_eq!(Form::Decimal.write(i64::MIN).as_str(), i64::MIN.to_string());
        assert_eq!(Form::Hex.write(i64::MIN).as_str(), "000000008000000000000000");
        assert_eq!(Form::Hex.write(i64::MAX).as_str().len(), 24);
        assert_eq!(Form::Job.write(i64::MIN).as_str(), "job_-9223372036854775808");
    }
}
