//! Parsing, validating and formatting times.

use deskwire_store::Tx;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::numbers;

/// The last valid unix second: the end of the year 2199. Milliseconds of any time since 1970-03-26 are beyond it.
pub const LATEST: i64 = 7_258_118_399;

/// How far a caller's clock may be ahead of the server's, in seconds.
const MAX_AHEAD: i64 = 86_400;

/// Names in the databases of operating systems that are no IANA time zones: what they mean depends on the computer.
const LOCAL_ZONES: [&str; 3] = ["localtime", "posixrules", "factory"];

/// The time zone with this IANA name.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    let lower = name.to_ascii_lowercase();
    if LOCAL_ZONES.contains(&lower.as_str()) || lower.starts_with("posix/") || lower.starts_with("right/") {
        return None;
    }
    TimeZone::get(name).ok()
}

/// The unix seconds in a value, without a check of their range: a number, possibly with a zero fraction or an exponent,
/// or a string of digits. A string with an exponent is rejected, because it is certainly a mistake.
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) if text.contains(['e', 'E']) => None,
        value => numbers::integer(value),
    }
}

/// A time in unix seconds, see [`second`].
pub fn read(value: &Value) -> Option<i64> {
    seconds(value).and_then(second)
}

/// A date in unix seconds, see [`date`].
pub(crate) fn read_date(value: &Value) -> Option<i64> {
    seconds(value).and_then(date)
}

/// The same, or a string in ISO 8601 format.
pub(crate) fn read_moment(value: &Value) -> Option<i64> {
    let of_text = || value.as_str().and_then(moment);
    seconds(value).or_else(of_text).and_then(date)
}

/// The unix second of an ISO 8601 time with a zone, or of the start of an ISO 8601 date in UTC.
fn moment(text: &str) -> Option<i64> {
    let text = text.trim();
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp());
    text.parse::<Timestamp>().ok().or_else(day).map(Timestamp::as_second)
}

/// A valid time in unix seconds; `None` for negative numbers and for milliseconds.
pub fn second(number: i64) -> Option<i64> {
    (0..=LATEST).contains(&number).then_some(number)
}

/// A valid date in unix seconds. Unlike [`second`], it may be before 1970, for example a date of birth.
pub(crate) fn date(number: i64) -> Option<i64> {
    (-LATEST..=LATEST).contains(&number).then_some(number)
}

/// `2014-01-16T23:12:21.000+00:00`; empty for a time outside the calendar.
pub fn iso(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%S.000+00:00").to_string()).unwrap_or_default()
}

/// `2014-01-16T23:12:21.123Z` of unix milliseconds; empty for a time outside the calendar.
pub fn iso_ms(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map(|t| t.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()).unwrap_or_default()
}

/// The unix milliseconds of an ISO 8601 time with a zone; `None` before 1970 and after 2199.
pub fn parse_ms(text: &str) -> Option<i64> {
    let ms = text.trim().parse::<Timestamp>().ok()?.as_millisecond();
    second(ms.div_euclid(1000)).map(|_| ms)
}

/// The time of an event: the given one, which must not be in the future, or now.
pub(crate) fn past(tx: &Tx<'_>, created_at: Option<i64>) -> Result<i64> {
    let now = tx.now();
    match created_at {
        Some(at) if at > now => Err(Error::invalid("created_at must be in the past").field("created_at")),
        at => Ok(at.unwrap_or(now)),
    }
}

/// The time of an event by the caller's clock, which may be a day ahead.
pub(crate) fn reported(tx: &Tx<'_>, field: &'static str, at: i64) -> Result<i64> {
    let reject = |message: &str| Err(Error::invalid(format!("{field} must be {message}")).field(field));
    match second(at) {
        None => reject("a unix timestamp in seconds"),
        Some(at) if at > tx.now() + MAX_AHEAD => reject("in the past"),
        Some(at) => Ok(at),
    }
}

/// Parses unix seconds, or an ISO 8601 time or date; `None` before 1970 and after 2199.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse().ok().or_else(|| moment(text)).and_then(second)
}

/// `2014-01-16T23:12:21Z`; empty for a time outside the calendar.
pub fn utc(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

/// `2014-01-16T23:12:21.000Z`; empty for a time outside the calendar.
pub fn utc_millis(second: i64) -> String {
    Timestamp::from_second(second).map(|t| t.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_times_in_all_accepted_forms() {
        assert_eq!(parse("1389913941"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-16T23:12:21Z"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-17T00:12:21+01:00"), Some(1_389_913_941));
        assert_eq!(parse("2014-01-16"), Some(1_389_830_400));
        for text in ["yesterday", "1e9", "1389913941000", "-1", "1969-12-31T23:59:59Z", ""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_times_in_seconds_or_as_iso_8601() {
        for value in [json!(1.7e9), json!(1_700_000_000), json!("1700000000"), json!(" 1700000000.0 ")] {
            assert_eq!((read(&value), read_date(&value)), (Some(1_700_000_000), Some(1_700_000_000)), "{value}");
        }
        for value in [json!("1.7e9"), json!("17E8"), json!("2023-11-14"), json!(1.5), json!(true), json!("")] {
            assert_eq!((read(&value), read_date(&value)), (None, None), "{value}");
        }
        assert_eq!(read_moment(&json!("1969-12-31T00:00:00Z")), Some(-86_400));
        assert_eq!(read_moment(&json!("1970-01-02")), Some(86_400));
        assert_eq!(read_moment(&json!("1e9")), None);
    }

    #[test]
    fn rejects_milliseconds() {
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
        assert_eq!(iso_ms(1_389_913_941_007), "2014-01-16T23:12:21.007Z");
        assert_eq!(parse_ms("2014-01-17T00:12:21.007+01:00"), Some(1_389_913_941_007));
        assert_eq!((parse_ms("2014-01-16"), parse_ms("1969-12-31T23:59:59Z")), (None, None));
    }
}
