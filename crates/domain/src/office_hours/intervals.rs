//! Intervals of minutes, in a week or in a day.

use jiff::civil::Date;

use super::invalid;
use crate::error::Result;

/// Minutes of a day.
pub(super) const DAY: i64 = 24 * 60;
/// Minutes of a week.
pub(super) const WEEK: i64 = 7 * DAY;
/// Intervals begin and end at multiples of this, in minutes.
const STEP: i64 = 15;
/// The maximum number of intervals.
const MAX_INTERVALS: usize = 200;

/// A half-open interval of minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// The first minute.
    pub start: i64,
    /// The minute after the last.
    pub end: i64,
}

impl Interval {
    /// The day of the week that it begins on, from Monday, 0.
    pub const fn day_of_week(self) -> i64 {
        self.start / DAY
    }
}

/// The day of the week of a date, from Monday, 0.
pub fn day_of_date(date: &str) -> i64 {
    date.parse().map_or(0, |date: Date| i64::from(date.weekday().to_monday_zero_offset()))
}

/// Parses the intervals of a row.
pub fn read(json: &str) -> Vec<Interval> {
    let pairs: Vec<(i64, i64)> = serde_json::from_str(json).unwrap_or_default();
    pairs.into_iter().map(|(start, end)| Interval { start, end }).collect()
}

/// Validates intervals within a number of minutes, and returns them sorted in stored form.
pub(super) fn write(mut intervals: Vec<Interval>, minutes: i64) -> Result<String> {
    let refuse = |message: String| Err(invalid("time_intervals", message));
    if intervals.len() > MAX_INTERVALS {
        return refuse(format!("time_intervals has too many entries (maximum is {MAX_INTERVALS})"));
    }
    intervals.sort_unstable();
    for (at, &Interval { start, end }) in intervals.iter().enumerate() {
        if start < 0 || end > minutes {
            return refuse(format!("time_intervals: minutes must be between 0 and {minutes}"));
        }
        if start % STEP != 0 || end % STEP != 0 {
            return refuse(format!("time_intervals: minutes must be multiples of {STEP}"));
        }
        if start >= end {
            return refuse("time_intervals: end_minute must be after start_minute".to_owned());
        }
        if at > 0 && intervals[at - 1].end > start {
            return refuse("time_intervals must not overlap".to_owned());
        }
    }
    let pairs: Vec<(i64, i64)> = intervals.iter().map(|interval| (interval.start, interval.end)).collect();
    serde_json::to_string(&pairs).map_err(crate::Error::internal)
}
