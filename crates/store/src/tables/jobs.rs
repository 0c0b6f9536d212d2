//! Jobs: work to be done after a commit.
//!
//! A process claims a job for a limited time, see [`workers`](crate::global::workers). No transaction stays open while
//! the job runs, and the claims of a crashed process expire.

use super::column_enum::column_enum;
use super::record::{FromRow, row};
use crate::global::workers::{Claimant, free};
use crate::ids::JobId;
use crate::{Dialect, Hold, Result, WorkspaceTx, mint, params};

/// How long a claim lasts unless renewed, in seconds. It only matters for a live process that has lost track of a job.
pub const CLAIM_SECONDS: i64 = 600;
/// The condition of the index of unfinished jobs.
pub(crate) const LIVE: &str = "t.state IN ('pending', 'running')";

column_enum! {
    /// What a job does.
    pub enum JobKind {
        /// Processes a task of a bulk job.
        Bulk = "bulk",
        /// Creates a ticket.
        Ticket = "ticket",
        /// Fetches a file from its sender's URL.
        FetchAttachment = "attachment.fetch",
        /// Removes a file that is no longer referenced.
        RemoveFile = "attachment.remove",
        /// Sends a held reply.
        HeldReply = "reply.held",
        /// Sends a held conversation.
        HeldConversation = "conversation.held",
        /// Runs the actions of macros after a reply.
        MacroActions = "reply.macros",
        /// Deletes the stored responses about deleted conversations.
        ForgetAnswers = "answers.forget",
        /// Notifies an app that it was uninstalled.
        UninstallNotice = "uninstall_notice",
        /// Publishes or unpublishes an article.
        ArticleSchedule = "article.schedule",
        /// Indexes the contents of a workspace.
        ContentIndex = "content.index",
        /// Indexes the messages of a workspace.
        ConversationIndex = "conversation.index",
        /// Counts the conversations of a workspace for reports.
        ReportCount = "report.count",
        /// Recounts conversations that changed without an event.
        ReportRecount = "report.recount",
        /// Answers a message for Fin.
        FinAnswer = "fin.answer",
        /// Sends an event of Fin to a webhook.
        FinWebhook = "fin.webhook",
        /// Ends a wait of Fin for a user or a teammate.
        FinTimeout = "fin.timeout",
        /// Writes the products of a catalog.
        CatalogSync = "catalog.sync",
        /// Executes a data connector.
        DataConnector = "data_connector",
        /// Fills an export.
        Export = "export",
    }
}

column_enum! {
    /// The state of a job.
    pub enum JobState {
        Pending = "pending",
        Running = "running",
        Done = "done",
        Failed = "failed",
    }
}

row! {
    /// A claimed job.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Job {
        workspace: String = "workspace_id",
        id: JobId,
        kind: JobKind,
        /// JSON.
        payload: String,
        /// How often it was claimed, including this time.
        attempts: i64,
        /// When this claim expires; also distinguishes it from later claims.
        lease_until: i64,
    }
}

/// Adds a job that is due after `delay` seconds. The worker is woken when the transaction commits.
pub fn insert(tx: &mut WorkspaceTx, kind: JobKind, payload: &str, delay: i64) -> Result<JobId> {
    let (id, now) = (tx.mint(), tx.now());
    tx.send(
        "INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, \
         created_at) VALUES ($1, $2, $3, $4, 'pending', 0, $5, 0, 0, NULL, $6)",
        params![id, kind, payload, now + delay, now],
    )?;
    tx.wake_for_jobs();
    Ok(id)
}

/// If several processes claim jobs, a process chooses from this many times as many due jobs as it claims.
const CANDIDATES_PER_CLAIM: i64 = 4;

/// Claims due jobs of a kind that were added before a time in unix milliseconds: those that have been due longest. If
/// several processes claim, each takes some of these in its own order, except a job that is alone.
pub fn claim(tx: &mut WorkspaceTx, by: Claimant, kind: JobKind, before_ms: i64, limit: i64) -> Result<Vec<Job>> {
    let is_shared = tx.dialect() == Dialect::Postgres && limit > 1;
    let read = if is_shared { CANDIDATES_PER_CLAIM * limit } else { limit };
    let mut values = params![kind, tx.now()].to_vec();
    values.extend(by.bounds(CLAIM_SECONDS));
    values.extend_from_slice(params![read, mint::first_at(before_ms)]);
    let sql = format!(
        "SELECT {} FROM jobs t WHERE t.workspace_id = $1 AND t.kind = $2 AND {LIVE} AND t.run_at <= $3 AND t.id < $9 AND {} \
         ORDER BY t.run_at, t.id LIMIT $8",
        Job::SELECTED,
        free("t", "lease_until", 4)
    );
    let mut due = tx.query_all(&sql, &values, Job::from_row)?;
    let (mut claimed, most) = (Vec::new(), usize::try_from(limit).unwrap_or(0));
    if due.len() > most {
        due.sort_by_cached_key(|job| scattered(job.id, by));
    }
    for job in due {
        if claimed.len() == most {
            break;
        }
        // Workers do not wait for each other: the one whose update finds the claim unchanged gets the job.
        let until = by.now() + CLAIM_SECONDS;
        let changed = tx.execute(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = $2, owner = $3 \
             WHERE workspace_id = $1 AND id = $4 AND lease_until = $5 AND attempts = $6 AND state IN ('pending', 'running')",
            params![until, by.id, job.id, job.lease_until, job.attempts],
        )?;
        if changed == 1 {
            claimed.push(Job { attempts: job.attempts + 1, lease_until: until, ..job });
        }
    }
    Ok(claimed)
}

/// The rank of a job in an order that differs between processes.
fn scattered(job: JobId, by: Claimant) -> u64 {
    let mixed = (job.number() ^ by.id).unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

/// Whether the claim is still valid. If so, the job is locked until the transaction ends.
pub fn lock_if_claimed(tx: &mut WorkspaceTx, job: &Job) -> Result<bool> {
    let lock = tx.hold(Hold::Change);
    let sql = format!(
        "SELECT 1 FROM jobs WHERE workspace_id = $1 AND id = $2 AND lease_until = $3 AND attempts = $4 AND state = 'running'{lock}"
    );
    let values = params![job.id, job.lease_until, job.attempts];
    Ok(tx.query_opt(&sql, values, |_| Ok(()))?.is_some())
}

/// Extends the claim. Returns the job with its new end.
pub fn renew(tx: &mut WorkspaceTx, by: Claimant, job: &Job) -> Result<Job> {
    let until = by.now() + CLAIM_SECONDS;
    tx.send("UPDATE jobs SET lease_until = $2 WHERE workspace_id = $1 AND id = $3", params![until, job.id])?;
    Ok(Job { lease_until: until, ..job.clone() })
}

/// Records that a job is done.
pub fn done(tx: &mut WorkspaceTx, job: &Job) -> Result<()> {
    tx.send("UPDATE jobs SET state = 'done', error = NULL WHERE workspace_id = $1 AND id = $2", params![job.id])
}

/// The state and the payload of a job of this kind.
pub fn get(tx: &mut WorkspaceTx, id: JobId, kind: JobKind) -> Result<Option<(JobState, String)>> {
    let sql = "SELECT state, payload FROM jobs WHERE workspace_id = $1 AND id = $2 AND kind = $3";
    tx.query_opt(sql, params![id, kind], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Whether a job of a kind is not finished.
pub fn is_unfinished(tx: &mut WorkspaceTx, kind: JobKind) -> Result<bool> {
    let sql = format!("SELECT 1 FROM jobs t WHERE t.workspace_id = $1 AND t.kind = $2 AND {LIVE} LIMIT 1");
    Ok(tx.query_opt(&sql, params![kind], |_| Ok(()))?.is_some())
}

/// Replaces a job's payload, to store its result.
pub fn set_payload(tx: &mut WorkspaceTx, job: &Job, payload: &str) -> Result<()> {
    tx.send("UPDATE jobs SET payload = $2 WHERE workspace_id = $1 AND id = $3", params![payload, job.id])
}

/// Releases a failed job, to be retried at `run_at` by any worker.
pub fn retry_at(tx: &mut WorkspaceTx, job: &Job, run_at: i64, error: &str) -> Result<()> {
    tx.send(
        "UPDATE jobs SET state = 'pending', run_at = $2, lease_until = 0, error = $3 WHERE workspace_id = $1 AND id = $4",
        params![run_at, error, job.id],
    )
}

/// Releases a job that is neither finished nor failed. It is due at once, and this claim does not count as an attempt.
pub fn release(tx: &mut WorkspaceTx, job: &Job) -> Result<()> {
    tx.send(
        "UPDATE jobs SET state = 'pending', attempts = attempts - 1, lease_until = 0 WHERE workspace_id = $1 AND id = $2",
        params![job.id],
    )
}

/// Records that a job has failed permanently.
pub fn failed(tx: &mut WorkspaceTx, job: &Job, error: &str) -> Result<()> {
    tx.send("UPDATE jobs SET state = 'failed', error = $2 WHERE workspace_id = $1 AND id = $3", params![error, job.id])
}

/// Deletes at most `limit` finished jobs whose ids are below `before`. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: JobId, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM jobs WHERE workspace_id = $1 AND id IN (SELECT id FROM jobs WHERE workspace_id = $1 AND id < $2 \
         AND state IN ('done', 'failed') ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}
