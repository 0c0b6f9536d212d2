//! Office hours: weekly schedules, and exceptions for single days.

mod count;
mod exceptions;
mod intervals;
mod schedules;

use crate::ids::OfficeHoursScheduleId;
use serde_json::json;

pub(crate) use count::{Calendar, Span};
pub use exceptions::{
    Change as ExceptionChange, create as create_exception, delete as delete_exception, find as find_exception,
    list as list_exceptions, update as update_exception,
};
pub use intervals::{Interval, day_of_date, read as intervals};
pub use schedules::{Change, create, delete, find, is_always_open, list, update};

pub use deskwire_store::office_hours::{Exception, ExceptionType, Schedule};

use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};

/// The error for an invalid field of a request.
fn invalid(field: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::BadReference, message).field(field)
}

/// Converts an error to 422, the status with which these operations reject invalid input.
pub fn unprocessable(error: Error) -> Error {
    Error { kind: ErrorKind::BadReference, ..error }
}

/// The error for an unknown schedule, with the message of these operations.
fn not_found() -> Error {
    Error::new(ErrorKind::ResourceNotFound, "Object not found")
}

fn log(cx: &mut Cx, word: &str, schedule: &Schedule, ip: Option<&str>) -> Result<()> {
    let action = format!("{word} the office hours {}", schedule.name);
    let id: OfficeHoursScheduleId = schedule.id;
    let metadata = json!({"office_hours_schedule_id": id, "name": schedule.name});
    activity::log_action(cx, "office_hours_change", &action, metadata, ip)
}
