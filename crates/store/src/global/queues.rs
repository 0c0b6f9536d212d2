//! The workspaces with due work. A worker serves all of them, and binds its transaction to one before it touches a row.
//! Only webhook subscriptions are claimed across workspaces.
//!
//! Each function looks in all workspaces, or only in some: if a node of Citus is down, statements over all fail.

use super::workers::{Claimant, free};
use crate::ids::WebhookSubscriptionId;
use crate::tables::jobs::JobKind;
use crate::tables::{jobs, mails, padded_texts, places, webhook_subscriptions};
use crate::{Result, Tx, Value, params};

/// Where to look: in these workspaces, or in all.
pub type Among<'a> = Option<&'a [String]>;

/// The queues (kind and workspace) of these kinds that have due, unclaimed jobs. Takes one index probe per queue, or
/// one statement to all shards.
pub fn jobs(tx: &mut Tx<'_>, by: Claimant, kinds: &[JobKind], among: Among<'_>) -> Result<Vec<(JobKind, String)>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let mut values = padded_texts(&kinds);
    let listed: Vec<String> = (1..=values.len()).map(|n| format!("(CAST(${n} AS TEXT))")).collect();
    let now = values.len() + 1;
    values.push(tx.now().into());
    values.extend(by.bounds(jobs::CLAIM_SECONDS));
    let (live, listed) = (jobs::LIVE, listed.join(", "));
    let due = format!("{live} AND t.run_at <= ${now} AND {}", free("t", "lease_until", now + 1));
    let sql = if tx.is_distributed() || among.is_some() {
        let own = only(among, &mut values);
        format!("SELECT DISTINCT t.kind, t.workspace_id FROM jobs t WHERE t.kind IN ({listed}) AND {due}{own}")
    } else {
        format!(
            "WITH RECURSIVE queues(kind, workspace_id) AS (SELECT k.column1, (SELECT t.workspace_id FROM jobs t WHERE t.kind = k.column1 \
             AND {live} ORDER BY t.workspace_id LIMIT 1) FROM (VALUES {listed}) k UNION ALL \
             SELECT q.kind, (SELECT t.workspace_id FROM jobs t WHERE t.kind = q.kind AND t.workspace_id > q.workspace_id AND {live} \
             ORDER BY t.workspace_id LIMIT 1) FROM queues q WHERE q.workspace_id IS NOT NULL) \
             SELECT DISTINCT q.kind, q.workspace_id FROM queues q WHERE q.workspace_id IS NOT NULL AND EXISTS (SELECT 1 FROM jobs t \
             WHERE t.kind = q.kind AND t.workspace_id = q.workspace_id AND {due})"
        )
    };
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The workspaces with due, unclaimed mail.
pub fn mails(tx: &mut Tx<'_>, by: Claimant, among: Among<'_>) -> Result<Vec<String>> {
    let mut values = vec![Value::from(tx.now())];
    values.extend(by.bounds(mails::CLAIM_SECONDS));
    let due = format!("t.run_at <= $1 AND {}", free("t", "lease_until", 2));
    let sql = with_rows(tx, "mails", ("t.state = 'pending'", due.as_str()), among, &mut values);
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// The workspaces with events that have no position yet, in the order of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQueues {
    /// The first one.
    pub first: Option<String>,
    /// The first one after a given workspace.
    pub next: Option<String>,
}

/// The first workspaces with events that have no position yet: of all, and after this one.
pub fn events_after(tx: &mut Tx<'_>, after: &str) -> Result<EventQueues> {
    let first = "SELECT workspace_id FROM events WHERE position IS NULL ORDER BY workspace_id LIMIT 1";
    let next =
        "SELECT workspace_id FROM events WHERE position IS NULL AND workspace_id > $1 ORDER BY workspace_id LIMIT 1";
    if tx.is_distributed() {
        // Citus does not select what subqueries find on other nodes.
        let next = tx.query_opt(next, params![after], |row| row.get(0))?;
        return Ok(EventQueues { first: tx.query_opt(first, &[], |row| row.get(0))?, next });
    }
    let both = format!("SELECT ({first}), ({next})");
    tx.query_one(&both, params![after], |row| Ok(EventQueues { first: row.get(0)?, next: row.get(1)? }))
}

/// Those of these workspaces with events that have no position yet.
pub fn events_of(tx: &mut Tx<'_>, among: &[String]) -> Result<Vec<String>> {
    let mut values = Vec::new();
    let own = only(Some(among), &mut values);
    let sql = format!("SELECT DISTINCT t.workspace_id FROM events t WHERE t.position IS NULL{own}");
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// The workspaces with snoozed conversations that are due.
pub fn snoozed(tx: &mut Tx<'_>, among: Among<'_>) -> Result<Vec<String>> {
    let mut values = vec![Value::from(tx.now())];
    let sql = with_rows(tx, "conversations", ("t.state = 'snoozed'", "t.snoozed_until <= $1"), among, &mut values);
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// The condition of an unclaimed subscription with due deliveries. Its first value is the time.
fn claimable() -> String {
    format!(
        "FROM webhook_subscriptions t WHERE t.next_at <= $1 AND t.next_at IS NOT NULL AND t.state IN ('live', 'unverified') AND {}",
        free("t", "owner_until", 2)
    )
}

/// Whether there are due deliveries of unclaimed subscriptions.
pub fn any_webhook(tx: &mut Tx<'_>, by: Claimant) -> Result<bool> {
    let mut values = vec![Value::from(tx.now())];
    values.extend(by.bounds(webhook_subscriptions::CLAIM_SECONDS));
    Ok(tx.query_opt(&format!("SELECT 1 {} LIMIT 1", claimable()), &values, |_| Ok(()))?.is_some())
}

/// Those of these workspaces with due deliveries of unclaimed subscriptions.
pub fn webhooks_of(tx: &mut Tx<'_>, by: Claimant, among: &[String]) -> Result<Vec<String>> {
    let mut values = vec![Value::from(tx.now())];
    values.extend(by.bounds(webhook_subscriptions::CLAIM_SECONDS));
    let own = only(Some(among), &mut values);
    tx.query_all(&format!("SELECT DISTINCT t.workspace_id {}{own}", claimable()), &values, |row| row.get(0))
}

/// Claims subscriptions with due deliveries. Returns workspace and id of each.
pub fn claim_webhooks(
    tx: &mut Tx<'_>,
    by: Claimant,
    limit: i64,
    among: Among<'_>,
) -> Result<Vec<(String, WebhookSubscriptionId)>> {
    let mut values = vec![Value::from(tx.now())];
    values.extend(by.bounds(webhook_subscriptions::CLAIM_SECONDS));
    values.push(limit.into());
    let own = only(among, &mut values);
    let due =
        format!("SELECT t.workspace_id, t.id, t.owner, t.owner_until {}{own} ORDER BY t.next_at LIMIT $6", claimable());
    let found: Vec<(String, WebhookSubscriptionId, i64, i64)> =
        tx.query_all(&due, &values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let mut claimed = Vec::new();
    for (workspace, id, owner, until) in found {
        // Processes do not wait for each other: the one whose update finds the claim unchanged gets the subscription.
        let taken = tx.execute(
            "UPDATE webhook_subscriptions SET owner = $1, owner_until = $2 WHERE workspace_id = $3 AND id = $4 \
             AND owner = $5 AND owner_until = $6",
            params![by.id, by.now() + webhook_subscriptions::CLAIM_SECONDS, &workspace, id, owner, until],
        )?;
        if taken == 1 {
            claimed.push((workspace, id));
        }
    }
    Ok(claimed)
}

/// The condition, in addition to others, that `t` is of one of these workspaces. Adds its values.
fn only<'a>(among: Among<'a>, values: &mut Vec<Value<'a>>) -> String {
    let Some(among) = among else { return String::new() };
    let texts: Vec<&str> = among.iter().map(String::as_str).collect();
    let (first, own) = (values.len() + 1, padded_texts(&texts));
    let places = places(first, own.len());
    values.extend(own);
    if among.is_empty() { " AND FALSE".to_owned() } else { format!(" AND t.workspace_id IN ({places})") }
}

/// The statement that lists the workspaces with due rows in `table`, with one index probe per workspace. `live` and
/// `due` are conditions on `t`; `live` is that of a partial index whose first column is the workspace. On distributed
/// tables, the statement queries all shards at once: each step would query all of them, and Citus cannot run recursive
/// steps.
fn with_rows<'a>(
    tx: &Tx<'_>,
    table: &str,
    (live, due): (&str, &str),
    among: Among<'a>,
    values: &mut Vec<Value<'a>>,
) -> String {
    if tx.is_distributed() || among.is_some() {
        let own = only(among, values);
        return format!("SELECT DISTINCT t.workspace_id FROM {table} t WHERE {live} AND {due}{own}");
    }
    format!(
        "{} SELECT q.workspace_id FROM queues q WHERE q.workspace_id IS NOT NULL AND EXISTS \
         (SELECT 1 FROM {table} t WHERE t.workspace_id = q.workspace_id AND {live} AND {due})",
        stepping(table, "workspace_id", live)
    )
}

/// The recursive `queues`: the distinct values of the first column of the partial index of `live` rows in `table`, and
/// a final null.
pub(super) fn stepping(table: &str, first: &str, live: &str) -> String {
    format!(
        "WITH RECURSIVE queues({first}) AS (\
         SELECT (SELECT t.{first} FROM {table} t WHERE {live} ORDER BY t.{first} LIMIT 1) UNION ALL \
         SELECT (SELECT t.{first} FROM {table} t WHERE t.{first} > q.{first} AND {live} \
         ORDER BY t.{first} LIMIT 1) FROM queues q WHERE q.{first} IS NOT NULL)"
    )
}
