//! Work to be done after a commit.
//!
//! A job is claimed by a process for a time, see [`workers`](super::workers). Nobody holds a transaction meanwhile, and
//! what a crashed process held becomes due again by itself.

use super::padded_texts;
use super::workers::{Claimant, free};
use crate::{Hold, Result, Row, Tx, WorkspaceTx, params};

/// How long a claim lasts unless it is renewed, in seconds: for a process that lives and lost track of a job.
pub const LEASE: i64 = 600;
/// The condition of the index of jobs that are not over.
const LIVE: &str = "t.state IN ('pending', 'running')";

/// A claimed job.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Job {
    pub workspace: String,
    pub id: i64,
    pub kind: String,
    /// JSON.
    pub payload: String,
    /// How often it was claimed, this time included.
    pub attempts: i64,
    /// Until when it is ours; also what tells our claim from a later one.
    pub lease_until: i64,
}

/// Puts work in; it is due at once. The worker is woken when the transaction commits.
pub fn insert(tx: &mut WorkspaceTx, kind: &str, payload: &str) -> Result<i64> {
    insert_in(tx, kind, payload, 0)
}

/// The same, due after so many seconds.
pub fn insert_in(tx: &mut WorkspaceTx, kind: &str, payload: &str, delay: i64) -> Result<i64> {
    let (id, now) = (tx.mint(), tx.now());
    tx.execute(
        "INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, \
         created_at) VALUES ($1, $2, $3, $4, 'pending', 0, $5, 0, 0, NULL, $6)",
        params![id, kind, payload, now + delay, now],
    )?;
    tx.wake_worker();
    Ok(id)
}

/// The queues, kind and workspace, with due jobs that nobody does, of these kinds: a probe of an index for each.
pub fn queues(tx: &mut Tx<'_>, by: Claimant, kinds: &[&str]) -> Result<Vec<(String, String)>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded_texts(kinds);
    let listed: Vec<String> = (1..=values.len()).map(|n| format!("(CAST(${n} AS TEXT))")).collect();
    let now = values.len() + 1;
    values.push(tx.now().into());
    values.extend(by.bounds(LEASE));
    let sql = format!(
        "WITH RECURSIVE queues(kind, workspace_id) AS (SELECT k.column1, (SELECT t.workspace_id FROM jobs t WHERE t.kind = k.column1 \
         AND {LIVE} ORDER BY t.workspace_id LIMIT 1) FROM (VALUES {}) k UNION ALL \
         SELECT q.kind, (SELECT t.workspace_id FROM jobs t WHERE t.kind = q.kind AND t.workspace_id > q.workspace_id AND {LIVE} \
         ORDER BY t.workspace_id LIMIT 1) FROM queues q WHERE q.workspace_id IS NOT NULL) \
         SELECT DISTINCT q.kind, q.workspace_id FROM queues q WHERE q.workspace_id IS NOT NULL AND EXISTS (SELECT 1 FROM jobs t \
         WHERE t.kind = q.kind AND t.workspace_id = q.workspace_id AND {LIVE} AND t.run_at <= ${now} AND {})",
        listed.join(", "),
        free("t", "lease_until", now + 1)
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Claims due jobs of a queue, those that have been due longest first.
pub fn claim(tx: &mut Tx<'_>, by: Claimant, (kind, workspace): (&str, &str), limit: i64) -> Result<Vec<Job>> {
    let mut values = params![kind, workspace, tx.now()].to_vec();
    values.extend(by.bounds(LEASE));
    values.push(limit.into());
    let sql = format!(
        "SELECT t.workspace_id, t.id, t.kind, t.payload, t.attempts, t.lease_until FROM jobs t WHERE t.kind = $1 AND t.workspace_id = $2 \
         AND {LIVE} AND t.run_at <= $3 AND {} ORDER BY t.run_at, t.id LIMIT $8",
        free("t", "lease_until", 4)
    );
    let mut claimed = Vec::new();
    for job in tx.query_all(&sql, &values, from_row)? {
        // Nobody waits for another worker's claim: the one whose claim is still as it was read gets the job.
        let until = by.now() + LEASE;
        let changed = tx.execute(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = $1, owner = $2 \
             WHERE workspace_id = $3 AND id = $4 AND lease_until = $5 AND attempts = $6 AND state IN ('pending', 'running')",
            params![until, by.id, &job.workspace, job.id, job.lease_until, job.attempts],
        )?;
        if changed == 1 {
            claimed.push(Job { attempts: job.attempts + 1, lease_until: until, ..job });
        }
    }
    Ok(claimed)
}

fn from_row(row: &Row<'_>) -> Result<Job> {
    Ok(Job {
        workspace: row.get(0)?,
        id: row.get(1)?,
        kind: row.get(2)?,
        payload: row.get(3)?,
        attempts: row.get(4)?,
        lease_until: row.get(5)?,
    })
}

/// Whether the claim still stands; if so, nobody else gets the job while the transaction lasts.
pub fn held(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let lock = tx.hold(Hold::Change);
    let sql = format!(
        "SELECT 1 FROM jobs WHERE workspace_id = $1 AND id = $2 AND lease_until = $3 AND attempts = $4 AND state = 'running'{lock}"
    );
    let values = params![&job.workspace, job.id, job.lease_until, job.attempts];
    Ok(tx.query_opt(&sql, values, |_| Ok(()))?.is_some())
}

/// Keeps the claim for longer; the job as it is now.
pub fn renew(tx: &mut Tx<'_>, by: Claimant, job: &Job) -> Result<Job> {
    let until = by.now() + LEASE;
    tx.execute(
        "UPDATE jobs SET lease_until = $1 WHERE workspace_id = $2 AND id = $3",
        params![until, &job.workspace, job.id],
    )?;
    Ok(Job { lease_until: until, ..job.clone() })
}

/// Notes that a job is done.
pub fn done(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET state = 'done', error = NULL WHERE workspace_id = $1 AND id = $2",
        params![&job.workspace, job.id],
    )?;
    Ok(())
}

/// The state and the payload of a job of this kind.
pub fn get(tx: &mut WorkspaceTx, id: i64, kind: &str) -> Result<Option<(String, String)>> {
    let sql = "SELECT state, payload FROM jobs WHERE workspace_id = $1 AND id = $2 AND kind = $3";
    tx.query_opt(sql, params![id, kind], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Writes down in a job's payload what came of it.
pub fn set_payload(tx: &mut Tx<'_>, job: &Job, payload: &str) -> Result<()> {
    let sql = "UPDATE jobs SET payload = $1 WHERE workspace_id = $2 AND id = $3";
    tx.execute(sql, params![payload, &job.workspace, job.id])?;
    Ok(())
}

/// Puts a job back after it failed: due again at `run_at`, by this worker or another.
pub fn put_back(tx: &mut Tx<'_>, job: &Job, run_at: i64, error: &str) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET state = 'pending', run_at = $1, lease_until = 0, error = $2 WHERE workspace_id = $3 AND id = $4",
        params![run_at, error, &job.workspace, job.id],
    )?;
    Ok(())
}

/// Lets go of a job that is not finished and has not failed: due at once, as if this claim had not been.
pub fn release(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET state = 'pending', attempts = attempts - 1, lease_until = 0 WHERE workspace_id = $1 AND id = $2",
        params![&job.workspace, job.id],
    )?;
    Ok(())
}

/// Gives a job up.
pub fn failed(tx: &mut Tx<'_>, job: &Job, error: &str) -> Result<()> {
    tx.execute(
        "UPDATE jobs SET state = 'failed', error = $1 WHERE workspace_id = $2 AND id = $3",
        params![error, &job.workspace, job.id],
    )?;
    Ok(())
}

/// Forgets finished jobs whose ids are below `before`; how many, `limit` at most.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM jobs WHERE workspace_id = $1 AND id IN (SELECT id FROM jobs WHERE workspace_id = $1 AND id < $2 \
         AND state IN ('done', 'failed') ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}
