//! A schedule of office hours as the API represents it.

use deskwire_domain::ids::OfficeHoursScheduleId;
use deskwire_domain::office_hours::{self, Interval};
use deskwire_store::office_hours::Schedule;
use serde::Serialize;

/// An interval of minutes.
#[derive(Serialize)]
pub(super) struct IntervalView {
    start_minute: i64,
    end_minute: i64,
    day_of_week: i64,
}

impl IntervalView {
    /// An interval that starts on this day of the week.
    pub(super) fn new(interval: Interval, day_of_week: i64) -> Self {
        Self { start_minute: interval.start, end_minute: interval.end, day_of_week }
    }
}

/// A schedule.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: OfficeHoursScheduleId,
    name: &'a str,
    time_zone_name: &'a str,
    time_intervals: Vec<IntervalView>,
    twenty_four_seven: bool,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a Schedule> for View<'a> {
    fn from(schedule: &'a Schedule) -> Self {
        let intervals = office_hours::intervals(&schedule.time_intervals);
        Self {
            r#type: "office_hours_schedule",
            id: schedule.id,
            name: &schedule.name,
            time_zone_name: &schedule.time_zone,
            twenty_four_seven: office_hours::is_always_open(&intervals),
            time_intervals: intervals.into_iter().map(|one| IntervalView::new(one, one.day_of_week())).collect(),
            created_at: schedule.created_at,
            updated_at: schedule.updated_at,
        }
    }
}
