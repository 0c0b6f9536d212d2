//! Exceptions: days with different office hours.

use crate::ids::{OfficeHoursExceptionId, OfficeHoursScheduleId};
use deskwire_store::Hold;
use deskwire_store::counters::{self, Counter};
use deskwire_store::office_hours as store;
use deskwire_store::office_hours::{Exception, ExceptionType, Schedule};
use jiff::civil::Date;

use super::intervals::{self, DAY, Interval};
use super::{invalid, log, not_found, schedules, unprocessable};
use crate::Cx;
use crate::error::{Error, Result};
use crate::names;

/// The maximum number of exceptions per schedule.
const MAX_EXCEPTIONS: usize = 1_000;

/// The fields of an exception. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// `YYYY-MM-DD`.
    pub date: Option<String>,
    /// How the day differs.
    pub exception_type: Option<ExceptionType>,
    /// Its name; `Some(None)` removes it.
    pub name: Option<Option<String>>,
    /// When it is open: minutes since midnight.
    pub intervals: Option<Vec<Interval>>,
    /// Whether it recurs every year.
    pub recurring_annually: Option<bool>,
}

/// The exceptions of a schedule, by date.
pub fn list(cx: &mut Cx, schedule: Option<OfficeHoursScheduleId>) -> Result<Vec<Exception>> {
    let schedule = schedules::find(cx, schedule)?;
    Ok(store::exceptions(cx, schedule.id)?)
}

/// One exception of a schedule.
pub fn find(
    cx: &mut Cx,
    schedule: Option<OfficeHoursScheduleId>,
    id: Option<OfficeHoursExceptionId>,
) -> Result<Exception> {
    let schedule = schedules::find(cx, schedule)?;
    let found = match id {
        Some(id) => store::get_exception(cx, id)?,
        None => None,
    };
    found.filter(|exception| exception.schedule_id == schedule.id).ok_or_else(not_found)
}

/// Creates an exception.
pub fn create(
    cx: &mut Cx,
    schedule: Option<OfficeHoursScheduleId>,
    new: &Change,
    ip: Option<&str>,
) -> Result<Exception> {
    let schedule = schedules::hold(cx, schedule, Hold::Change)?;
    if new.date.is_none() {
        return Err(invalid("exception_date", "exception_date is required"));
    }
    let Some(exception_type) = new.exception_type else {
        return Err(invalid("exception_type", "exception_type is required"));
    };
    if store::exceptions(cx, schedule.id)?.len() >= MAX_EXCEPTIONS {
        return Err(invalid("exception_date", "The schedule has the maximum number of exceptions"));
    }
    let now = cx.now();
    let mut exception = Exception {
        id: counters::next(cx, Counter::Setting)?,
        schedule_id: schedule.id,
        exception_date: String::new(),
        exception_type,
        name: None,
        time_intervals: "[]".to_owned(),
        recurring_annually: false,
        created_at: now,
        updated_at: now,
    };
    apply(&mut exception, new)?;
    if !store::insert_new_exception(cx, &exception)? {
        return Err(already_exists());
    }
    log(cx, "added an exception to", &schedule, ip)?;
    Ok(exception)
}

/// Changes an exception.
pub fn update(
    cx: &mut Cx,
    schedule: Option<OfficeHoursScheduleId>,
    id: Option<OfficeHoursExceptionId>,
    change: &Change,
    ip: Option<&str>,
) -> Result<Exception> {
    let (schedule, before) = lock(cx, schedule, id)?;
    let mut after = before.clone();
    apply(&mut after, change)?;
    if before == after {
        return Ok(after);
    }
    let others = store::exceptions(cx, schedule.id)?;
    if others.iter().any(|other| other.id != after.id && other.exception_date == after.exception_date) {
        return Err(already_exists());
    }
    after.updated_at = cx.now();
    store::update_exception(cx, &before, &after)?;
    log(cx, "changed an exception of", &schedule, ip)?;
    Ok(after)
}

/// Deletes an exception.
pub fn delete(
    cx: &mut Cx,
    schedule: Option<OfficeHoursScheduleId>,
    id: Option<OfficeHoursExceptionId>,
    ip: Option<&str>,
) -> Result<()> {
    let (schedule, exception) = lock(cx, schedule, id)?;
    store::delete_exception(cx, exception.id)?;
    log(cx, "removed an exception from", &schedule, ip)
}

/// An exception and its schedule, which is locked for every change of its exceptions.
fn lock(
    cx: &mut Cx,
    schedule: Option<OfficeHoursScheduleId>,
    id: Option<OfficeHoursExceptionId>,
) -> Result<(Schedule, Exception)> {
    let schedule = schedules::hold(cx, schedule, Hold::Change)?;
    let found = match id {
        Some(id) => store::lock_exception(cx, id)?,
        None => None,
    };
    let exception = found.filter(|exception| exception.schedule_id == schedule.id).ok_or_else(not_found)?;
    Ok((schedule, exception))
}

fn already_exists() -> Error {
    invalid("exception_date", "The schedule has another exception on this date")
}

fn apply(exception: &mut Exception, change: &Change) -> Result<()> {
    if let Some(date) = &change.date {
        let is_date = date.len() == 10 && date.parse::<Date>().is_ok();
        if !is_date {
            return Err(invalid("exception_date", "exception_date must be a date in the format YYYY-MM-DD"));
        }
        date.clone_into(&mut exception.exception_date);
    }
    exception.exception_type = change.exception_type.unwrap_or(exception.exception_type);
    exception.recurring_annually = change.recurring_annually.unwrap_or(exception.recurring_annually);
    if let Some(name) = &change.name {
        let name = name.as_deref().filter(|name| !name.trim().is_empty());
        let checked = name.map(|name| names::checked("name", name).map_err(unprocessable)).transpose()?;
        exception.name = checked.map(str::to_owned);
    }
    if let Some(intervals) = &change.intervals {
        exception.time_intervals = intervals::write(intervals.clone(), DAY)?;
    } else if exception.exception_type == ExceptionType::Closed {
        "[]".clone_into(&mut exception.time_intervals);
    }
    match (exception.exception_type, exception.time_intervals == "[]") {
        (ExceptionType::Closed, false) => {
            Err(invalid("time_intervals", "time_intervals must be left out when exception_type is closed"))
        }
        (ExceptionType::CustomHours, true) => {
            Err(invalid("time_intervals", "time_intervals is required when exception_type is custom_hours"))
        }
        _ => Ok(()),
    }
}
