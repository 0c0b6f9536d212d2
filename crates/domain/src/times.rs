//! Times as texts.

use deskwire_store::Tx;
use jiff::Timestamp;

use crate::error::{Error, Result};

/// The last valid unix second: the end of the year 2199. Milliseconds of any time since 1970-03-26 are beyond it.
pub const LATEST: i64 = 7_258_118_399;

/// A unix second that something can have happened, or be due, at; none for negative numbers and for milliseconds.
pub fn second(number: i64) -> Option<i64> {
    (0..=LATEST).contains(&number).then_some(number)
}

/// The unix second of a date that callers keep for themselves. Unlike [`second`] it may be before 1970, as birthdays are.
pub(crate) fn date(number: i64) -> Option<i64> {
    (-LATEST..=LATEST).contains(&number).then_some(number)
}

/// `2014-01-16T23:12:21.000+00:00`; empty for a time outside the calendar.
pub fn iso(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%S.000+00:00").to_string()).unwrap_or_default()
}

/// The time of an event: the caller's, which must not be in the future, or now.
pub(crate) fn past(tx: &Tx<'_>, created_at: Option<i64>) -> Result<i64> {
    let now = tx.now();
    match created_at {
        Some(at) if at > now => Err(Error::invalid("created_at must be in the past").field("created_at")),
        at => Ok(at.unwrap_or(now)),
    }
}

/// The second that a text means: a number of unix seconds, or a time with its zone as ISO 8601 writes it.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second))
}

/// `2014-01-16T23:12:21Z`; empty for a time outside the calendar.
pub fn utc(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood() {
        assert_eq!(parse("1389913941"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-16T23:12:21Z"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-17T00:12:21+01:00"), Some(1_389_913_941));
        assert_eq!(parse("yesterday"), None);
    }

    #[test]
    fn milliseconds_are_no_seconds() {
        assert_eq!(second(0), Some(0));
        assert_eq!(second(LATEST), Some(LATEST));
        for number in [-1, LATEST + 1, 1_772_366_400_000, i64::MAX] {
            assert_eq!(second(number), None, "{number}");
        }
        assert_eq!(date(-150_000_000), Some(-150_000_000));
        assert_eq!(date(-150_000_000_000), None);
    }

    #[test]
    fn times_read_as_iso_8601() {
        assert_eq!(iso(1_389_913_941), "2014-01-16T23:12:21.000+00:00");
        assert_eq!(iso(0), "1970-01-01T00:00:00.000+00:00");
        assert_eq!(iso(LATEST), "2199-12-31T23:59:59.000+00:00");
        assert_eq!(iso(i64::MAX), "");
    }
}
