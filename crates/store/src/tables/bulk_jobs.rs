//! Bulk jobs as the API shows them, and their tasks.

use super::places;
use super::record::{Record, record};
use crate::{Hold, Result, Row, WorkspaceTx, params};

/// A bulk job's row. Times are unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct BulkJob {
    pub id: i64,
    /// `contacts.bulk.job` or `companies.bulk.job`.
    pub kind: String,
    pub operation: String,
    pub state: String,
    pub created_at: i64,
    pub updated_at: i64,
    pub completed_at: Option<i64>,
}

record! {
    /// A task of a bulk job: the items of one request.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BulkTask in "bulk_tasks" {
        id: i64,
        operation: String,
        state: String,
        admin_id: Option<i64>,
        item_count: i64,
        /// How many items have been worked through.
        done_count: i64,
        /// How many of those were refused.
        error_count: i64,
        created_at: i64,
        started_at: Option<i64>,
        completed_at: Option<i64>,
    }
}

/// Adds a job.
pub fn insert(tx: &mut WorkspaceTx, job: &BulkJob) -> Result<()> {
    tx.execute(
        "INSERT INTO bulk_jobs (workspace_id, id, type, operation, state, created_at, updated_at, completed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![job.id, &job.kind, &job.operation, &job.state, job.created_at, job.updated_at, job.completed_at],
    )?;
    Ok(())
}

/// One job; in a change, held against other writers.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<BulkJob>> {
    let lock = tx.hold(Hold::Change);
    let sql = format!(
        "SELECT id, type, operation, state, created_at, updated_at, completed_at FROM bulk_jobs WHERE workspace_id = $1 AND id = $2{lock}"
    );
    tx.query_opt(&sql, params![id], |row| {
        Ok(BulkJob {
            id: row.get(0)?,
            kind: row.get(1)?,
            operation: row.get(2)?,
            state: row.get(3)?,
            created_at: row.get(4)?,
            updated_at: row.get(5)?,
            completed_at: row.get(6)?,
        })
    })
}

/// Writes how a job stands.
pub fn update(tx: &mut WorkspaceTx, job: &BulkJob) -> Result<()> {
    tx.execute(
        "UPDATE bulk_jobs SET state = $2, updated_at = $3, completed_at = $4 WHERE workspace_id = $1 AND id = $5",
        params![&job.state, job.updated_at, job.completed_at, job.id],
    )?;
    Ok(())
}

/// Adds a task with its items, a JSON array.
pub fn insert_task(tx: &mut WorkspaceTx, job: i64, task: &BulkTask, items: &str) -> Result<()> {
    let sql = format!(
        "INSERT INTO bulk_tasks (workspace_id, bulk_job_id, items, {}, errors) VALUES ({}, '[]')",
        BulkTask::COLUMNS,
        places(1, BulkTask::WIDTH + 3)
    );
    let mut values = vec![job.into(), items.into()];
    values.extend(task.values());
    tx.execute(&sql, &values)?;
    Ok(())
}

/// The tasks of a job, oldest first.
pub fn tasks(tx: &mut WorkspaceTx, job: i64) -> Result<Vec<BulkTask>> {
    let sql = BulkTask::select(" AND bulk_job_id = $2 ORDER BY id");
    tx.query_all(&sql, params![job], BulkTask::from_row)
}

/// A task, its items and what was refused of them, both JSON arrays.
pub fn task(tx: &mut WorkspaceTx, job: i64, id: i64) -> Result<Option<(BulkTask, String, String)>> {
    const WIDTH: usize = BulkTask::WIDTH;
    let sql = format!(
        "SELECT {}, items, errors FROM bulk_tasks WHERE workspace_id = $1 AND bulk_job_id = $2 AND id = $3",
        BulkTask::COLUMNS
    );
    let read = |row: &Row<'_>| Ok((BulkTask::from_row(row)?, row.get(WIDTH)?, row.get(WIDTH + 1)?));
    tx.query_opt(&sql, params![job, id], read)
}

/// Writes how a task stands.
pub fn update_task(tx: &mut WorkspaceTx, job: i64, task: &BulkTask, errors: &str) -> Result<()> {
    tx.execute(
        "UPDATE bulk_tasks SET state = $2, done_count = $3, error_count = $4, errors = $5, started_at = $6, completed_at = $7 \
         WHERE workspace_id = $1 AND bulk_job_id = $8 AND id = $9",
        params![&task.state, task.done_count, task.error_count, errors, task.started_at, task.completed_at, job, task.id],
    )?;
    Ok(())
}

/// Forgets finished jobs, and their tasks, whose ids are below `before`; how many, `limit` at most.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    let old = "SELECT id FROM bulk_jobs WHERE workspace_id = $1 AND id < $2 AND completed_at IS NOT NULL ORDER BY id LIMIT $3";
    let ids: Vec<i64> = tx.query_all(old, params![before, limit], |row| row.get(0))?;
    let mut gone = 0;
    for id in ids {
        tx.execute("DELETE FROM bulk_tasks WHERE workspace_id = $1 AND bulk_job_id = $2", params![id])?;
        gone += tx.execute("DELETE FROM bulk_jobs WHERE workspace_id = $1 AND id = $2", params![id])?;
    }
    Ok(gone)
}
