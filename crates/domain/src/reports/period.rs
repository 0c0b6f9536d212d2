//! The period of a report, in a time zone, and its points.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::{DAY, QUARTER};
use crate::error::{Error, Result};
use crate::times;

/// The maximum number of days of a period: twenty years.
const MAX_DAYS: i64 = 7_320;
/// Up to this many days, a report has points by hour, by day and by week; longer ones by month.
const BY_HOURS: i64 = 2;
const BY_DAYS: i64 = 93;
const BY_WEEKS: i64 = 735;

/// The distance between the points of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Step {
    Hour,
    Day,
    Week,
    Month,
}

/// A period of whole days in a time zone.
#[derive(Debug, Clone)]
pub struct Period {
    zone: TimeZone,
    /// The distance between its points.
    pub step: Step,
    /// The start of each point, in unix seconds, and the end of the period.
    bounds: Vec<i64>,
}

impl Period {
    /// Parses the first and the last day, ISO 8601 dates, and the IANA name of a time zone.
    pub fn read(from: &str, until: &str, zone: &str) -> Result<Self> {
        let date = |field: &'static str, text: &str| {
            let date = text.parse::<Date>().ok().filter(|date| (1970..2200).contains(&date.year()) && text.len() == 10);
            date.ok_or_else(|| {
                Error::invalid(format!("{field} must be a date like 2026-01-31, from 1970 on")).field(field)
            })
        };
        let (from, until) = (date("from", from)?, date("until", until)?);
        let unknown = || Error::invalid("time_zone must be a time zone like Europe/Berlin").field("time_zone");
        let zone = times::zone(zone).ok_or_else(unknown)?;
        let days = i64::from(from.until(until).map_err(Error::internal)?.get_days()) + 1;
        if !(1..=MAX_DAYS).contains(&days) {
            let message = format!("until must not be before from, nor more than {MAX_DAYS} days after it");
            return Err(Error::invalid(message).field("until"));
        }
        let step = match days {
            days if days <= BY_HOURS => Step::Hour,
            days if days <= BY_DAYS => Step::Day,
            days if days <= BY_WEEKS => Step::Week,
            _ => Step::Month,
        };
        let end = begins(&zone, until.tomorrow().map_err(Error::internal)?);
        let mut bounds: Vec<i64> = match step {
            Step::Hour => (begins(&zone, from)..end).step_by(3_600).collect(),
            _ => from
                .series(1.day())
                .take_while(|date| *date <= until)
                .filter(|date| is_first(step, *date, from))
                .map(|date| begins(&zone, date))
                .collect(),
        };
        bounds.push(end);
        // A day that the time zone skipped has no length.
        bounds.dedup();
        Ok(Self { zone, step, bounds })
    }

    /// The start of each point.
    pub fn points(&self) -> &[i64] {
        self.bounds.split_last().map_or(&[], |(_, points)| points)
    }

    /// Its start.
    pub fn start(&self) -> i64 {
        self.bounds.first().copied().unwrap_or(0)
    }

    /// Its end.
    pub fn end(&self) -> i64 {
        self.bounds.last().copied().unwrap_or(0)
    }

    /// The half-open range of UTC days that it overlaps.
    pub(super) fn days(&self) -> (i64, i64) {
        (self.start().div_euclid(DAY), (self.end() - 1).div_euclid(DAY) + 1)
    }

    /// The half-open range of UTC days that it contains entirely; may be empty.
    pub(super) fn whole_days(&self) -> (i64, i64) {
        let first = (self.start() + DAY - 1).div_euclid(DAY);
        (first, self.end().div_euclid(DAY).max(first))
    }

    /// The index of the point that contains a time.
    pub(super) fn point(&self, at: i64) -> Option<usize> {
        if at >= self.end() {
            return None;
        }
        self.bounds.partition_point(|bound| *bound <= at).checked_sub(1)
    }

    /// The clock of a UTC day in this zone.
    pub(super) fn clock(&self, day: i64) -> Clock<'_> {
        let offset = |at: i64| offset(&self.zone, at);
        let (first, last) = (offset(day * DAY), offset((day + 1) * DAY - QUARTER));
        Clock { zone: &self.zone, offset: (first == last).then_some(first) }
    }
}

/// Converts times of a day to hours of the week.
#[derive(Debug)]
pub(super) struct Clock<'p> {
    zone: &'p TimeZone,
    /// The zone's offset from UTC, unless it changes on this day.
    offset: Option<i64>,
}

impl Clock<'_> {
    /// The day of the week, from Monday, 0, and the hour.
    pub(super) fn hour(&self, at: i64) -> (usize, usize) {
        let local = at + self.offset.unwrap_or_else(|| offset(self.zone, at));
        // 1 January 1970 was a Thursday.
        let (weekday, hour) = ((local.div_euclid(DAY) + 3).rem_euclid(7), local.rem_euclid(DAY) / 3_600);
        (usize::try_from(weekday).unwrap_or(0), usize::try_from(hour).unwrap_or(0))
    }
}

fn offset(zone: &TimeZone, at: i64) -> i64 {
    Timestamp::from_second(at).map_or(0, |at| i64::from(zone.to_offset(at).seconds()))
}

/// The start of a day.
fn begins(zone: &TimeZone, date: Date) -> i64 {
    date.to_zoned(zone.clone()).map_or(0, |start| start.timestamp().as_second())
}

/// Whether a point begins on this day.
fn is_first(step: Step, date: Date, from: Date) -> bool {
    date == from
        || match step {
            Step::Hour | Step::Day => true,
            Step::Week => date.weekday() == Weekday::Monday,
            Step::Month => date.day() == 1,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, until: &str, zone: &str) -> Period {
        Period::read(from, until, zone).unwrap()
    }

    #[test]
    fn days_begin_where_people_are() {
        let berlin = period("2026-03-28", "2026-03-30", "Europe/Berlin");
        assert_eq!(berlin.step, Step::Day);
        // The second of the days has 23 hours.
        let hours: Vec<i64> = berlin.bounds.windows(2).map(|pair| (pair[1] - pair[0]) / 3_600).collect();
        assert_eq!(hours, [24, 23, 24]);
        assert_eq!(berlin.start(), 1_774_652_400);
        assert_eq!(berlin.point(berlin.start()), Some(0));
        assert_eq!((berlin.point(berlin.start() - 1), berlin.point(berlin.end())), (None, None));
        let (day, at) = (berlin.days().0 + 2, 1_774_746_000);
        assert_eq!(berlin.clock(day).hour(at), (6, 3), "an hour of the day that has none at two");
        let kathmandu = period("2026-01-05", "2026-01-05", "Asia/Kathmandu");
        assert_eq!((kathmandu.step, kathmandu.points().len()), (Step::Hour, 24));
        assert_eq!(kathmandu.start() % DAY, DAY - 20_700);
        assert_eq!(kathmandu.clock(kathmandu.days().0).hour(kathmandu.start()), (0, 0));
    }

    #[test]
    fn longer_periods_have_longer_steps() {
        let weeks = period("2026-01-01", "2026-12-31", "UTC");
        assert_eq!((weeks.step, weeks.points().len()), (Step::Week, 53));
        assert_eq!((weeks.points()[1] - weeks.points()[0]) / DAY, 4);
        let months = period("2020-01-15", "2026-12-31", "UTC");
        assert_eq!((months.step, months.points().len()), (Step::Month, 84));
        assert_eq!(weeks.whole_days(), weeks.days());
        let (first, last) = period("2026-01-01", "2026-01-01", "Europe/Berlin").whole_days();
        assert_eq!(first, last);
    }

    #[test]
    fn rejects_invalid_periods() {
        let field = |from, until, zone| Period::read(from, until, zone).unwrap_err().field.unwrap().into_owned();
        assert_eq!(field("2026-02-30", "2026-03-01", "UTC"), "from");
        assert_eq!(field("2026-02-01", "soon", "UTC"), "until");
        assert_eq!(field("2026-02-02", "2026-02-01", "UTC"), "until");
        assert_eq!(field("1990-01-01", "2026-02-01", "UTC"), "until");
        assert_eq!(field("2026-02-01", "2026-02-01", "Mars/Olympus"), "time_zone");
    }
}
