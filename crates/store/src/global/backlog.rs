//! The backlog of work after commits, for metrics and the doctor.

use super::queues::stepping;
use crate::mails::MailCount;
use crate::{Result, Tx, params};

/// The number up to which the rows of a queue are counted.
pub const MAX_COUNTED: i64 = 10_000;

/// The length of a queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// The number of rows: at most [`MAX_COUNTED`] of each workspace or kind of job.
    pub count: i64,
    /// When the oldest became due, in unix seconds.
    pub since: Option<i64>,
}

/// Events that are not fanned out yet.
pub fn events(tx: &mut Tx<'_>) -> Result<Waiting> {
    waiting(tx, "events", "workspace_id", "t.position IS NULL", "created_at", "t.position, t.id")
}

/// Jobs that are due or running.
pub fn jobs(tx: &mut Tx<'_>) -> Result<Waiting> {
    waiting(tx, "jobs", "kind", "t.state IN ('pending', 'running')", "run_at", "t.workspace_id, t.run_at")
}

/// Mail that is due.
pub fn mails(tx: &mut Tx<'_>) -> Result<Waiting> {
    waiting(tx, "mails", "workspace_id", "t.state = 'pending'", "run_at", "t.run_at, t.id")
}

/// Deliveries of webhooks that are due.
pub fn deliveries(tx: &mut Tx<'_>) -> Result<Waiting> {
    let order = "t.subscription_id, t.run_at";
    waiting(tx, "webhook_deliveries", "workspace_id", "t.state = 'pending'", "run_at", order)
}

/// Steps through a partial index of the `live` rows, from one value of its first column to the next; on distributed
/// tables, counts in all shards.
fn waiting(tx: &mut Tx<'_>, table: &str, first: &str, live: &str, at: &str, order: &str) -> Result<Waiting> {
    let now = tx.now();
    if tx.is_distributed() {
        let sql = format!(
            "SELECT CAST(COALESCE(sum(least(c.count, $1)), 0) AS BIGINT), min(c.since) FROM (SELECT t.{first}, count(*) AS count, \
             min(t.{at}) AS since FROM {table} t WHERE {live} AND t.{at} <= $2 GROUP BY t.{first}) c"
        );
        return tx
            .query_one(&sql, params![MAX_COUNTED, now], |row| Ok(Waiting { count: row.get(0)?, since: row.get(1)? }));
    }
    let due = format!(
        "FROM (SELECT t.{at} AS due_at FROM {table} t WHERE t.{first} = q.{first} AND {live} ORDER BY {order} LIMIT"
    );
    let sql = format!(
        "{} SELECT CAST(COALESCE(sum((SELECT count(*) {due} $1) c WHERE c.due_at <= $2)), 0) AS BIGINT), \
         min((SELECT min(c.due_at) {due} $1) c WHERE c.due_at <= $2)) FROM queues q WHERE q.{first} IS NOT NULL",
        stepping(table, first, live)
    );
    tx.query_one(&sql, params![MAX_COUNTED, now], |row| Ok(Waiting { count: row.get(0)?, since: row.get(1)? }))
}

/// The number of queued mails, and when the oldest was queued.
pub fn all_mails(tx: &mut Tx<'_>) -> Result<(i64, Option<i64>)> {
    let sql = "SELECT count(*), min(created_at) FROM mails WHERE state = 'pending'";
    tx.query_one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The number of mails that failed permanently since then.
pub fn failed_mails(tx: &mut Tx<'_>, since: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM mails WHERE state = 'failed' AND run_at >= $1";
    tx.query_one(sql, params![since], |row| row.get(0))
}

/// The number of mails of an hour beyond a limit, in all workspaces.
pub fn mails_past(tx: &mut Tx<'_>, hour: i64, kind: MailCount, limit: i64) -> Result<i64> {
    let sql = "SELECT CAST(COALESCE(sum(count - $1), 0) AS BIGINT) FROM mail_counts WHERE hour = $2 AND kind = $3 AND count > $1";
    tx.query_one(sql, params![limit, hour, kind], |row| row.get(0))
}
