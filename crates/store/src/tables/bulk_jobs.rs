//! Bulk jobs as the API shows them, and their tasks.

use super::column_enum::column_enum;
use super::places;
use super::record::{FromRow, Record, record, select};
use crate::ids::{BulkJobId, BulkTaskId};
use crate::{Result, Row, WorkspaceTx, params};

column_enum! {
    /// The type of a bulk job.
    pub enum BulkType {
        Contacts = "contacts.bulk.job",
        Companies = "companies.bulk.job",
        Content = "content.bulk.job",
    }
}

column_enum! {
    /// What a task does with its items.
    pub enum Operation {
        Create = "create",
        Update = "update",
        Delete = "delete",
    }
}

column_enum! {
    /// The state of a bulk job or a task.
    pub enum BulkState {
        Pending = "pending",
        Running = "running",
        Completed = "completed",
        CompletedWithErrors = "completed_with_errors",
    }
}

record! {
    /// A bulk job's row. Times are unix seconds.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BulkJob in "bulk_jobs", key (id: BulkJobId) {
        id: BulkJobId,
        kind: BulkType = "type",
        operation: Operation,
        state: BulkState,
        created_at: i64,
        updated_at: i64,
        completed_at: Option<i64>,
    }
    pub fn lock, insert, update;
}

record! {
    /// A task of a bulk job: the items of one request.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BulkTask in "bulk_tasks", key (bulk_job_id: BulkJobId, id: BulkTaskId) {
        bulk_job_id: BulkJobId,
        id: BulkTaskId,
        /// An [`Operation`], as text, so that a task with an operation that this release does not know can be failed.
        operation: String,
        state: BulkState,
        item_count: i64,
        /// The number of processed items.
        done_count: i64,
        /// The number of those that failed.
        error_count: i64,
        created_at: i64,
        started_at: Option<i64>,
        completed_at: Option<i64>,
    }
    pub fn update as update_task;
}

/// Adds a task with its items, a JSON array.
pub fn insert_task(tx: &mut WorkspaceTx, task: &BulkTask, items: &str) -> Result<()> {
    let columns = BulkTask::COLUMNS.join(", ");
    let sql = format!(
        "INSERT INTO bulk_tasks (workspace_id, items, {columns}, errors) VALUES ({}, '[]')",
        places(1, BulkTask::COLUMNS.len() + 2)
    );
    let mut values = vec![items.into()];
    values.extend(task.values());
    tx.send(&sql, &values)
}

/// The tasks of a job, oldest first.
pub fn tasks(tx: &mut WorkspaceTx, job: BulkJobId) -> Result<Vec<BulkTask>> {
    tx.query_all(select!(BulkTask, " AND bulk_job_id = $2 ORDER BY id"), params![job], BulkTask::from_row)
}

/// A task, its items and the errors of those that failed, both JSON arrays.
pub fn task(tx: &mut WorkspaceTx, job: BulkJobId, id: BulkTaskId) -> Result<Option<(BulkTask, String, String)>> {
    const WIDTH: usize = BulkTask::WIDTH;
    let sql = format!(
        "SELECT {}, items, errors FROM bulk_tasks WHERE workspace_id = $1 AND bulk_job_id = $2 AND id = $3",
        BulkTask::SELECTED
    );
    let read = |row: &Row<'_>| Ok((BulkTask::from_row(row)?, row.get(WIDTH)?, row.get(WIDTH + 1)?));
    tx.query_opt(&sql, params![job, id], read)
}

/// Writes the errors of a task's items.
pub fn set_task_errors(tx: &mut WorkspaceTx, job: BulkJobId, id: BulkTaskId, errors: &str) -> Result<()> {
    let sql = "UPDATE bulk_tasks SET errors = $2 WHERE workspace_id = $1 AND bulk_job_id = $3 AND id = $4";
    tx.send(sql, params![errors, job, id])
}

/// Deletes at most `limit` finished jobs, and their tasks, whose ids are below `before`. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: BulkJobId, limit: i64) -> Result<u64> {
    let old = "SELECT id FROM bulk_jobs WHERE workspace_id = $1 AND id < $2 AND completed_at IS NOT NULL ORDER BY id LIMIT $3";
    let ids: Vec<BulkJobId> = tx.query_all(old, params![before, limit], |row| row.get(0))?;
    let mut purged = 0;
    for id in ids {
        tx.send("DELETE FROM bulk_tasks WHERE workspace_id = $1 AND bulk_job_id = $2", params![id])?;
        purged += tx.execute("DELETE FROM bulk_jobs WHERE workspace_id = $1 AND id = $2", params![id])?;
    }
    Ok(purged)
}
