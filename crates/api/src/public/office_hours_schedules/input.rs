//! What callers say of a schedule or an exception.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::office_hours::{self, Change, ExceptionChange, ExceptionType, Interval};
use serde_json::Value;

use crate::body::Body;

/// Reads a schedule from the body.
pub(super) fn schedule(body: &Body) -> Result<Change> {
    let read = || {
        let (name, time_zone) = (body.text("name")?.flatten(), body.text("time_zone_name")?.flatten());
        Ok(Change { name, time_zone, intervals: intervals(body)? })
    };
    read().map_err(office_hours::unprocessable)
}

/// Reads an exception from the body.
pub(super) fn exception(body: &Body) -> Result<ExceptionChange> {
    let read = || {
        let kind = body.text("exception_type")?.flatten();
        let parse = |text: String| {
            let invalid = || Error::invalid("exception_type must be closed or custom_hours").field("exception_type");
            ExceptionType::parse(&text).ok_or_else(invalid)
        };
        Ok(ExceptionChange {
            date: body.text("exception_date")?.flatten(),
            exception_type: kind.map(parse).transpose()?,
            name: body.text("name")?,
            intervals: intervals(body)?,
            recurring_annually: body.boolean("recurring_annually")?.flatten(),
        })
    };
    read().map_err(office_hours::unprocessable)
}

fn intervals(body: &Body) -> Result<Option<Vec<Interval>>> {
    let Some(items) = body.array("time_intervals")?.flatten() else { return Ok(None) };
    items.iter().map(interval).collect::<Result<Vec<_>>>().map(Some)
}

fn interval(item: &Value) -> Result<Interval> {
    let minute = |key: &str| item.get(key).and_then(Value::as_i64);
    let interval = minute("start_minute").zip(minute("end_minute")).map(|(start, end)| Interval { start, end });
    let invalid = || Error::invalid("time_intervals must have start_minute and end_minute, which are integers");
    interval.ok_or_else(|| invalid().field("time_intervals"))
}
