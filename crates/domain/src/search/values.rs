//! Parsing the values of terms by the type of their field.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::fields::Type;
use crate::error::{Error, Result};
use crate::{numbers, times};

/// The length of a day, in seconds.
const DAY: i64 = 86_400;
/// The maximum length of a value in an error message, in characters.
const MAX_SHOWN: usize = 60;

/// Returns a value as error messages show it.
pub(super) fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    };
    if text.chars().count() > MAX_SHOWN { text.chars().take(MAX_SHOWN).chain("...".chars()).collect() } else { text }
}

fn invalid(name: &str, value: &Value, wanted: &str) -> Error {
    Error::invalid(format!("Value {} is not valid for field '{name}': it must be {wanted}", short(value)))
        .field(name.to_owned())
}

/// Parses a text. Numbers are converted.
pub(super) fn text(name: &str, value: &Value) -> Result<String> {
    match value {
        Value::String(text) if !text.contains('\0') => Ok(text.clone()),
        Value::Number(number) => numbers::text(number).ok_or_else(|| invalid(name, value, "a string")),
        _ => Err(invalid(name, value, "a string")),
    }
}

/// Parses a boolean, which may be written as a string.
pub(super) fn boolean(name: &str, value: &Value) -> Result<bool> {
    match value {
        Value::Bool(yes) => Ok(*yes),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        _ => Err(invalid(name, value, "true or false")),
    }
}

/// Parses an integer, which may be written as a string.
pub(super) fn integer(name: &str, value: &Value) -> Result<i64> {
    numbers::integer(value).ok_or_else(|| invalid(name, value, "an integer"))
}

/// Parses a time in unix seconds.
pub(super) fn seconds(name: &str, value: &Value) -> Result<i64> {
    times::seconds(value).ok_or_else(|| invalid(name, value, "a unix timestamp in seconds"))
}

/// Parses a number, which may be written as a string.
pub(super) fn float(name: &str, value: &Value) -> Result<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite()).ok_or_else(|| invalid(name, value, "a number"))
}

/// Returns the time this many days before now.
pub(super) fn days_ago(name: &str, kind: Type, days: &Value, now: i64) -> Result<Value> {
    if !matches!(kind, Type::Datetime | Type::Time | Type::Date) {
        return Err(invalid(name, days, "a value, because the field is not a time"));
    }
    let ago = integer(name, days)?.checked_mul(DAY);
    let at = ago.and_then(|ago| now.checked_sub(ago));
    at.map(Value::from).ok_or_else(|| invalid(name, days, "a number of days"))
}

/// A day: its start and the start of the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) start: i64,
    pub(super) next: i64,
}

impl Day {
    /// Returns the day of a time, in a time zone or in UTC. `None` if the time is outside the calendar.
    pub(super) fn of(at: i64, timezone: Option<&TimeZone>) -> Option<Day> {
        let Some(timezone) = timezone else {
            let start = at.checked_sub(at.rem_euclid(DAY))?;
            let next = start.checked_add(DAY)?;
            return Some(Day { start, next });
        };
        let at = Timestamp::from_second(at).ok()?;
        let date = at.to_zoned(timezone.clone()).date();
        let begins = |date: jiff::civil::Date| {
            let zoned = date.to_zoned(timezone.clone()).ok()?;
            Some(zoned.timestamp().as_second())
        };
        Some(Day { start: begins(date)?, next: begins(date.checked_add(1.day()).ok()?)? })
    }
}
