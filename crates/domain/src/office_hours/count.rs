//! Counting the office hours in a span of time.

use deskwire_store::office_hours as store;
use deskwire_store::office_hours::{Exception, Schedule};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::intervals::{self, DAY, Interval};
use crate::Cx;
use crate::error::Result;

/// The maximum number of days of a span that count: ten years.
const MAX_DAYS: usize = 3_660;

/// From one unix second to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

/// A schedule and its exceptions.
#[derive(Debug)]
pub(crate) struct Calendar {
    zone: TimeZone,
    week: Vec<Interval>,
    /// Sorted by date.
    exceptions: Vec<Day>,
}

/// A day with different hours.
#[derive(Debug)]
struct Day {
    date: Date,
    recurring_annually: bool,
    open: Vec<Interval>,
}

impl Calendar {
    /// The calendar for statistics; `None` if the workspace has no schedule.
    pub(crate) fn load(cx: &mut Cx) -> Result<Option<Self>> {
        let Some(schedule) = store::first(cx)? else { return Ok(None) };
        let exceptions = store::exceptions(cx, schedule.id)?;
        Ok(Some(Self::new(&schedule, &exceptions)))
    }

    fn new(schedule: &Schedule, exceptions: &[Exception]) -> Self {
        let day = |exception: &Exception| {
            let (recurring_annually, open) = (exception.recurring_annually, intervals::read(&exception.time_intervals));
            exception.exception_date.parse().ok().map(|date| Day { date, recurring_annually, open })
        };
        Self {
            zone: TimeZone::get(&schedule.time_zone).unwrap_or(TimeZone::UTC),
            week: intervals::read(&schedule.time_intervals),
            exceptions: exceptions.iter().filter_map(day).collect(),
        }
    }

    /// The seconds of a span that fall into office hours.
    pub(crate) fn seconds(&self, span: Span) -> i64 {
        let Ok(first) = Timestamp::from_second(span.from) else { return 0 };
        let mut seconds = 0;
        for date in first.to_zoned(self.zone.clone()).date().series(1.day()).take(MAX_DAYS) {
            if self.second(date, 0) >= span.until {
                break;
            }
            for interval in self.open(date) {
                let from = self.second(date, interval.start).max(span.from);
                let until = self.second(date, interval.end).min(span.until);
                seconds += (until - from).max(0);
            }
        }
        seconds
    }

    /// The open intervals of a date, in minutes of the day. An exception for this date takes precedence over a
    /// recurring one.
    fn open(&self, date: Date) -> Vec<Interval> {
        let recurs = |day: &&Day| {
            day.recurring_annually
                && day.date < date
                && (day.date.month(), day.date.day()) == (date.month(), date.day())
        };
        let exact = self.exceptions.iter().find(|day| day.date == date);
        if let Some(day) = exact.or_else(|| self.exceptions.iter().rfind(recurs)) {
            return day.open.clone();
        }
        let midnight = i64::from(date.weekday().to_monday_zero_offset()) * DAY;
        let of_day = |interval: &Interval| Interval {
            start: (interval.start - midnight).max(0),
            end: (interval.end - midnight).min(DAY),
        };
        self.week.iter().map(of_day).filter(|interval| interval.start < interval.end).collect()
    }

    /// The unix second of a minute of a date. A minute that a clock change skips maps to the end of the gap.
    fn second(&self, date: Date, minute: i64) -> i64 {
        let (date, minute) = if minute >= DAY { (date.tomorrow().unwrap_or(date), 0) } else { (date, minute) };
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
        let zoned = date.at(hour, minute, 0, 0).to_zoned(self.zone.clone());
        zoned.map_or(i64::MAX, |zoned| zoned.timestamp().as_second())
    }
}

#[cfg(test)]
mod tests {
    use deskwire_store::office_hours::ExceptionType;

    use super::*;
    use crate::ids::{OfficeHoursExceptionId, OfficeHoursScheduleId};

    /// Monday to Friday from nine to five in this zone, with these exceptions: date, intervals, and whether it recurs.
    fn calendar(zone: &str, exceptions: &[(&str, &str, bool)]) -> Calendar {
        let week: Vec<(i64, i64)> = (0..5).map(|day| (day * DAY + 540, day * DAY + 1020)).collect();
        let schedule = Schedule {
            id: OfficeHoursScheduleId::new(1),
            name: "x".to_owned(),
            time_zone: zone.to_owned(),
            time_intervals: serde_json::to_string(&week).unwrap(),
            created_at: 0,
            updated_at: 0,
        };
        let exception = |&(date, intervals, recurring_annually): &(&str, &str, bool)| Exception {
            id: OfficeHoursExceptionId::new(1),
            schedule_id: schedule.id,
            exception_date: date.to_owned(),
            exception_type: ExceptionType::CustomHours,
            name: None,
            time_intervals: intervals.to_owned(),
            recurring_annually,
            created_at: 0,
            updated_at: 0,
        };
        Calendar::new(&schedule, &exceptions.iter().map(exception).collect::<Vec<_>>())
    }

    fn seconds(calendar: &Calendar, from: &str, until: &str) -> i64 {
        let second = |text: &str| text.parse::<Timestamp>().unwrap().as_second();
        calendar.seconds(Span { from: second(from), until: second(until) })
    }

    const HOUR: i64 = 3_600;

    #[test]
    fn only_office_hours_count() {
        let utc = calendar("UTC", &[]);
        // 2026-03-02 is a Monday.
        for (from, until, hours) in [
            ("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", 1),
            ("2026-03-02T08:00:00Z", "2026-03-02T18:00:00Z", 8),
            ("2026-03-02T18:00:00Z", "2026-03-03T08:00:00Z", 0),
            ("2026-03-06T16:00:00Z", "2026-03-09T10:00:00Z", 2),
            ("2026-03-07T00:00:00Z", "2026-03-08T23:00:00Z", 0),
            ("2026-03-02T00:00:00Z", "2026-03-16T00:00:00Z", 80),
            ("2026-03-02T11:00:00Z", "2026-03-02T10:00:00Z", 0),
        ] {
            assert_eq!(seconds(&utc, from, until), hours * HOUR, "{from} to {until}");
        }
    }

    #[test]
    fn hours_are_those_of_the_time_zone() {
        let dublin = calendar("Europe/Dublin", &[]);
        // The clock changes on 2026-03-29.
        assert_eq!(seconds(&dublin, "2026-03-27T08:30:00Z", "2026-03-27T09:30:00Z"), HOUR / 2);
        assert_eq!(seconds(&dublin, "2026-03-30T07:30:00Z", "2026-03-30T08:30:00Z"), HOUR / 2);
        let auckland = calendar("Pacific/Auckland", &[]);
        assert_eq!(seconds(&auckland, "2026-03-01T19:00:00Z", "2026-03-01T21:00:00Z"), HOUR);
    }

    #[test]
    fn a_day_has_as_many_hours_as_the_clock_gives_it() {
        let mut berlin = calendar("Europe/Berlin", &[]);
        berlin.week = vec![Interval { start: 0, end: 7 * DAY }];
        // The days on which the clock goes forward and back.
        assert_eq!(seconds(&berlin, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23 * HOUR);
        assert_eq!(seconds(&berlin, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25 * HOUR);
        // Sundays from two to four: one of these hours is skipped in spring, and one is repeated in autumn.
        berlin.week = vec![Interval { start: 6 * DAY + 120, end: 6 * DAY + 240 }];
        assert_eq!(seconds(&berlin, "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"), HOUR);
        assert_eq!(seconds(&berlin, "2026-10-25T00:00:00Z", "2026-10-25T12:00:00Z"), 3 * HOUR);
    }

    #[test]
    fn an_interval_may_go_over_midnight() {
        let mut nights = calendar("UTC", &[]);
        nights.week = vec![Interval { start: 1380, end: 1560 }];
        assert_eq!(seconds(&nights, "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z"), 3 * HOUR);
        assert_eq!(seconds(&nights, "2026-03-03T00:00:00Z", "2026-03-03T12:00:00Z"), 2 * HOUR);
    }

    #[test]
    fn exceptions_replace_the_hours_of_a_day() {
        let days =
            [("2024-12-24", "[[540,600]]", true), ("2025-12-25", "[]", false), ("2026-12-24", "[[540,660]]", false)];
        let utc = calendar("UTC", &days);
        let day = |date: &str| seconds(&utc, &format!("{date}T00:00:00Z"), &format!("{date}T23:59:59Z")) / HOUR;
        assert_eq!(day("2025-12-24"), 1, "it recurs");
        assert_eq!(day("2026-12-24"), 2, "the exception of the date itself wins");
        assert_eq!(day("2025-12-25"), 0);
        assert_eq!(day("2026-12-25"), 8, "a Friday; the exception does not recur");
        assert_eq!(day("2020-12-24"), 8, "a Thursday before the exception");
    }
}
