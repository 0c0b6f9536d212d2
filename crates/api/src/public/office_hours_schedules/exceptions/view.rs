//! An exception as the API represents it.

use deskwire_domain::ids::{OfficeHoursExceptionId, OfficeHoursScheduleId};
use deskwire_domain::office_hours::{self, Exception, ExceptionType};
use serde::Serialize;

use crate::public::office_hours_schedules::view::IntervalView;

/// An exception.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: OfficeHoursExceptionId,
    office_hours_schedule_id: OfficeHoursScheduleId,
    exception_date: &'a str,
    exception_type: ExceptionType,
    name: Option<&'a str>,
    time_intervals: Option<Vec<IntervalView>>,
    recurring_annually: bool,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a Exception> for View<'a> {
    fn from(exception: &'a Exception) -> Self {
        let day = office_hours::day_of_date(&exception.exception_date);
        let intervals = office_hours::intervals(&exception.time_intervals).into_iter();
        let is_open = exception.exception_type == ExceptionType::CustomHours;
        Self {
            r#type: "office_hours_exception",
            id: exception.id,
            office_hours_schedule_id: exception.schedule_id,
            exception_date: &exception.exception_date,
            exception_type: exception.exception_type,
            name: exception.name.as_deref(),
            time_intervals: is_open.then(|| intervals.map(|one| IntervalView::new(one, day)).collect()),
            recurring_annually: exception.recurring_annually,
            created_at: exception.created_at,
            updated_at: exception.updated_at,
        }
    }
}
