//! Schedules of office hours, and their exceptions.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{OfficeHoursExceptionId, OfficeHoursScheduleId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// How a day differs from the schedule.
    pub enum ExceptionType {
        Closed = "closed",
        CustomHours = "custom_hours",
    }
}

record! {
    /// A schedule's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Schedule in "office_hours_schedules", key (id: OfficeHoursScheduleId) {
        id: OfficeHoursScheduleId,
        name: String,
        time_zone: String,
        time_intervals: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, hold, all, insert, update;
}

record! {
    /// An exception's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Exception in "office_hours_exceptions", key (id: OfficeHoursExceptionId),
        unique "(workspace_id, schedule_id, exception_date)"
    {
        id: OfficeHoursExceptionId,
        schedule_id: OfficeHoursScheduleId,
        /// `YYYY-MM-DD`.
        exception_date: String,
        exception_type: ExceptionType,
        name: Option<String>,
        time_intervals: String,
        recurring_annually: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get as get_exception, lock as lock_exception, insert_new as insert_new_exception, update as update_exception,
        delete as delete_exception;
}

/// The schedule used for statistics: the first of the workspace.
pub fn first(tx: &mut WorkspaceTx) -> Result<Option<Schedule>> {
    tx.query_opt(select!(Schedule, " ORDER BY id LIMIT 1"), params![], Schedule::from_row)
}

/// The exceptions of a schedule, by date.
pub fn exceptions(tx: &mut WorkspaceTx, schedule: OfficeHoursScheduleId) -> Result<Vec<Exception>> {
    let sql = select!(Exception, " AND schedule_id = $2 ORDER BY exception_date");
    tx.query_all(sql, params![schedule], Exception::from_row)
}

/// Removes a schedule and its exceptions.
pub fn delete(tx: &mut WorkspaceTx, id: OfficeHoursScheduleId) -> Result<()> {
    tx.send("DELETE FROM office_hours_exceptions WHERE workspace_id = $1 AND schedule_id = $2", params![id])?;
    tx.send("DELETE FROM office_hours_schedules WHERE workspace_id = $1 AND id = $2", params![id])
}
