//! `/app/v1/settings/office-hours`: the schedules of office hours, and the days that differ from them.

use deskwire_domain::error::Result;
use deskwire_domain::ids::{OfficeHoursExceptionId, OfficeHoursScheduleId};
use deskwire_domain::office_hours::{self, Change, Exception, ExceptionChange, ExceptionType, Interval, Schedule};
use deskwire_domain::{Cx, Noun};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{Nothing, OfficeHours, OfficeHoursException, OfficeHoursList};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/office-hours", Needs::read(Noun::Admins), list);
    rows.row("POST /app/v1/settings/office-hours", write, create);
    rows.row("PUT /app/v1/settings/office-hours/{id}", write, change);
    rows.row("DELETE /app/v1/settings/office-hours/{id}", write, delete);
    rows.row("POST /app/v1/settings/office-hours/{id}/exceptions", write, create_exception);
    rows.row("DELETE /app/v1/settings/office-hours/{id}/exceptions/{exception_id}", write, delete_exception);
}

/// All schedules, oldest first.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let schedules = office_hours::list(cx)?;
            let items = schedules.into_iter().map(|schedule| view(cx, schedule)).collect::<Result<_>>()?;
            Ok(OfficeHoursList { items })
        })
        .await
}

fn view(cx: &mut Cx, schedule: Schedule) -> Result<OfficeHours> {
    let exceptions = office_hours::list_exceptions(cx, Some(schedule.id))?;
    Ok(OfficeHours {
        id: schedule.id,
        intervals: pairs(&schedule.time_intervals),
        exceptions: exceptions.into_iter().map(exception).collect(),
        name: schedule.name,
        time_zone: schedule.time_zone,
    })
}

fn exception(exception: Exception) -> OfficeHoursException {
    OfficeHoursException {
        id: exception.id,
        intervals: pairs(&exception.time_intervals),
        date: exception.exception_date,
        name: exception.name,
        recurring_annually: exception.recurring_annually,
    }
}

/// The intervals of a row, from one minute to another.
fn pairs(json: &str) -> Vec<(i64, i64)> {
    office_hours::intervals(json).into_iter().map(|Interval { start, end }| (start, end)).collect()
}

#[derive(Deserialize)]
struct Body {
    name: String,
    time_zone: String,
    intervals: Vec<(i64, i64)>,
}

impl Body {
    fn change(self) -> Change {
        let intervals = self.intervals.into_iter().map(|(start, end)| Interval { start, end });
        Change { name: Some(self.name), time_zone: Some(self.time_zone), intervals: Some(intervals.collect()) }
    }
}

/// Creates a schedule.
async fn create(request: Request) -> Result<Reply> {
    let (change, ip) = (request.body::<Body>()?.change(), request.ip());
    request.write(move |cx| office_hours::create(cx, &change, ip.as_deref()).map(|_| Nothing {})).await
}

/// Replaces a schedule.
async fn change(request: Request) -> Result<Reply> {
    let id = OfficeHoursScheduleId::parse(request.param("id"));
    let (change, ip) = (request.body::<Body>()?.change(), request.ip());
    request.write(move |cx| office_hours::update(cx, id, &change, ip.as_deref()).map(|_| Nothing {})).await
}

/// Deletes a schedule.
async fn delete(request: Request) -> Result<Reply> {
    let (id, ip) = (OfficeHoursScheduleId::parse(request.param("id")), request.ip());
    request.write(move |cx| office_hours::delete(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}

#[derive(Deserialize)]
struct Day {
    date: String,
    name: Option<String>,
    /// Empty if it is closed all day.
    intervals: Vec<(i64, i64)>,
    recurring_annually: bool,
}

impl Day {
    fn change(self) -> ExceptionChange {
        let is_closed = self.intervals.is_empty();
        let intervals = self.intervals.into_iter().map(|(start, end)| Interval { start, end });
        ExceptionChange {
            date: Some(self.date),
            exception_type: Some(if is_closed { ExceptionType::Closed } else { ExceptionType::CustomHours }),
            name: Some(self.name),
            intervals: Some(intervals.collect()),
            recurring_annually: Some(self.recurring_annually),
        }
    }
}

/// Adds a day that differs from a schedule.
async fn create_exception(request: Request) -> Result<Reply> {
    let id = OfficeHoursScheduleId::parse(request.param("id"));
    let (new, ip) = (request.body::<Day>()?.change(), request.ip());
    request.write(move |cx| office_hours::create_exception(cx, id, &new, ip.as_deref()).map(|_| Nothing {})).await
}

/// Removes a day that differs from a schedule.
async fn delete_exception(request: Request) -> Result<Reply> {
    let schedule = OfficeHoursScheduleId::parse(request.param("id"));
    let (id, ip) = (OfficeHoursExceptionId::parse(request.param("exception_id")), request.ip());
    request.write(move |cx| office_hours::delete_exception(cx, schedule, id, ip.as_deref()).map(|()| Nothing {})).await
}
