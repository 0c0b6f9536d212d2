//! Verbs of schedules.

use crate::ids::OfficeHoursScheduleId;
use deskwire_store::Hold;
use deskwire_store::counters::{self, Counter};
use deskwire_store::office_hours as store;
use deskwire_store::office_hours::Schedule;

use super::intervals::{self, Interval, WEEK};
use super::{invalid, log, not_found, unprocessable};
use crate::Cx;
use crate::error::Result;
use crate::{names, times};

/// The maximum number of schedules per workspace.
const MAX_SCHEDULES: usize = 100;

/// The fields of a schedule. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Its name.
    pub name: Option<String>,
    /// An IANA name.
    pub time_zone: Option<String>,
    /// When it is open: minutes since Monday 00:00.
    pub intervals: Option<Vec<Interval>>,
}

/// All schedules, oldest first.
pub fn list(cx: &mut Cx) -> Result<Vec<Schedule>> {
    Ok(store::all(cx)?)
}

/// The schedule with this id.
pub fn find(cx: &mut Cx, id: Option<OfficeHoursScheduleId>) -> Result<Schedule> {
    let found = match id {
        Some(id) => store::get(cx, id)?,
        None => None,
    };
    found.ok_or_else(not_found)
}

/// The schedule with this id, locked.
pub(super) fn hold(cx: &mut Cx, id: Option<OfficeHoursScheduleId>, hold: Hold) -> Result<Schedule> {
    let found = match id {
        Some(id) => store::hold(cx, id, hold)?,
        None => None,
    };
    found.ok_or_else(not_found)
}

/// Whether a schedule covers every minute of the week.
pub fn is_always_open(intervals: &[Interval]) -> bool {
    let mut end = 0;
    for interval in intervals {
        if interval.start > end {
            return false;
        }
        end = interval.end;
    }
    end == WEEK
}

/// Creates a schedule.
pub fn create(cx: &mut Cx, new: &Change, ip: Option<&str>) -> Result<Schedule> {
    for (field, is_there) in [
        ("name", new.name.is_some()),
        ("time_zone_name", new.time_zone.is_some()),
        ("time_intervals", new.intervals.is_some()),
    ] {
        if !is_there {
            return Err(invalid(field, format!("{field} is required")));
        }
    }
    // A concurrent creation waits here for its number, and then counts this one.
    let id = counters::next(cx, Counter::Setting)?;
    if store::all(cx)?.len() >= MAX_SCHEDULES {
        return Err(invalid("name", "The workspace has the maximum number of office hours schedules"));
    }
    let now = cx.now();
    let mut schedule = Schedule {
        id,
        name: String::new(),
        time_zone: String::new(),
        time_intervals: String::new(),
        created_at: now,
        updated_at: now,
    };
    apply(&mut schedule, new)?;
    store::insert(cx, &schedule)?;
    log(cx, "created", &schedule, ip)?;
    Ok(schedule)
}

/// Changes a schedule.
pub fn update(cx: &mut Cx, id: Option<OfficeHoursScheduleId>, change: &Change, ip: Option<&str>) -> Result<Schedule> {
    let before = hold(cx, id, Hold::Change)?;
    let mut after = before.clone();
    apply(&mut after, change)?;
    if before != after {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
        log(cx, "changed", &after, ip)?;
    }
    Ok(after)
}

/// Deletes a schedule and its exceptions.
pub fn delete(cx: &mut Cx, id: Option<OfficeHoursScheduleId>, ip: Option<&str>) -> Result<()> {
    let schedule = hold(cx, id, Hold::Change)?;
    store::delete(cx, schedule.id)?;
    log(cx, "deleted", &schedule, ip)
}

fn apply(schedule: &mut Schedule, change: &Change) -> Result<()> {
    if let Some(name) = &change.name {
        names::checked("name", name).map_err(unprocessable)?.clone_into(&mut schedule.name);
    }
    if let Some(zone) = &change.time_zone {
        if times::zone(zone).is_none() {
            return Err(invalid("time_zone_name", format!("time_zone_name: there is no time zone {zone:?}")));
        }
        zone.clone_into(&mut schedule.time_zone);
    }
    if let Some(intervals) = &change.intervals {
        schedule.time_intervals = intervals::write(intervals.clone(), WEEK)?;
    }
    Ok(())
}
