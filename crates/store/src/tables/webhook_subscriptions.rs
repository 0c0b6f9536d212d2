//! Where apps want to be told of what happens.

use crate::{Result, Row, Tx, params};

/// A subscription's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Subscription {
    pub id: i64,
    pub app_id: i64,
    pub url: String,
    /// Separated by spaces.
    pub topics: String,
    pub state: String,
    pub reason: Option<String>,
    pub owner: i64,
    pub owner_until: i64,
    pub paused_until: i64,
    pub throttled_until: i64,
    pub throttle_seconds: i64,
    pub errors: i64,
    pub errors_from: i64,
    pub failing_since: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl Subscription {
    /// Until when nothing is sent (unix seconds): for errors, or because the endpoint asked for it.
    pub fn held_until(&self) -> i64 {
        self.paused_until.max(self.throttled_until)
    }
}

/// A subscription and what is needed of its app.
#[derive(Debug, Clone)]
pub struct Listening {
    /// The subscription.
    pub subscription: Subscription,
    /// What the app may read, separated by spaces.
    pub scopes: String,
    /// The version the app is set to.
    pub api_version: Option<String>,
    /// What its webhooks are signed with.
    pub signing_secret: Option<String>,
}

const COLUMNS: &str = "s.id, s.app_id, s.url, s.topics, s.state, s.reason, s.owner, s.owner_until, s.paused_until, \
     s.throttled_until, s.throttle_seconds, s.errors, s.errors_from, s.failing_since, s.created_at, s.updated_at";

fn from_row(row: &Row<'_>) -> Result<Subscription> {
    Ok(Subscription {
        id: row.get(0)?,
        app_id: row.get(1)?,
        url: row.get(2)?,
        topics: row.get(3)?,
        state: row.get(4)?,
        reason: row.get(5)?,
        owner: row.get(6)?,
        owner_until: row.get(7)?,
        paused_until: row.get(8)?,
        throttled_until: row.get(9)?,
        throttle_seconds: row.get(10)?,
        errors: row.get(11)?,
        errors_from: row.get(12)?,
        failing_since: row.get(13)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
    })
}

/// All subscriptions of a workspace, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Subscription>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook_subscriptions s WHERE s.workspace_id = $1 ORDER BY s.id");
    tx.query_all(&sql, params![workspace], from_row)
}

/// The subscription of an app.
pub fn of_app(tx: &mut Tx<'_>, workspace: &str, app: i64) -> Result<Option<Subscription>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook_subscriptions s WHERE s.workspace_id = $1 AND s.app_id = $2");
    tx.query_opt(&sql, params![workspace, app], from_row)
}

/// One subscription, held against other writers.
pub fn lock(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Subscription>> {
    let lock = tx.for_update();
    let sql = format!("SELECT {COLUMNS} FROM webhook_subscriptions s WHERE s.workspace_id = $1 AND s.id = $2{lock}");
    tx.query_opt(&sql, params![workspace, id], from_row)
}

/// The subscriptions of a workspace that deliveries are made for, with their apps.
pub fn listening(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Listening>> {
    let sql = format!(
        "SELECT {COLUMNS}, a.scopes, a.api_version, a.signing_secret FROM webhook_subscriptions s \
         JOIN apps a ON a.workspace_id = s.workspace_id AND a.id = s.app_id \
         WHERE s.workspace_id = $1 AND s.state IN ('live', 'unverified') ORDER BY s.id"
    );
    tx.query_all(&sql, params![workspace], with_app)
}

/// One subscription with its app.
pub fn with_its_app(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Listening>> {
    let sql = format!(
        "SELECT {COLUMNS}, a.scopes, a.api_version, a.signing_secret FROM webhook_subscriptions s \
         JOIN apps a ON a.workspace_id = s.workspace_id AND a.id = s.app_id WHERE s.workspace_id = $1 AND s.id = $2"
    );
    tx.query_opt(&sql, params![workspace, id], with_app)
}

fn with_app(row: &Row<'_>) -> Result<Listening> {
    Ok(Listening {
        subscription: from_row(row)?,
        scopes: row.get(16)?,
        api_version: row.get(17)?,
        signing_secret: row.get(18)?,
    })
}

/// Adds a subscription.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, s: &Subscription) -> Result<()> {
    tx.execute(
        "INSERT INTO webhook_subscriptions (workspace_id, id, app_id, url, topics, state, reason, next_at, owner, owner_until, \
         paused_until, throttled_until, throttle_seconds, errors, errors_from, failing_since, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        params![
            workspace,
            s.id,
            s.app_id,
            &s.url,
            &s.topics,
            &s.state,
            &s.reason,
            s.owner,
            s.owner_until,
            s.paused_until,
            s.throttled_until,
            s.throttle_seconds,
            s.errors,
            s.errors_from,
            s.failing_since,
            s.created_at,
            s.updated_at
        ],
    )?;
    Ok(())
}

/// Writes all that can change of a subscription, but for when its deliveries are due.
pub fn update(tx: &mut Tx<'_>, workspace: &str, s: &Subscription) -> Result<()> {
    tx.execute(
        "UPDATE webhook_subscriptions SET url = $1, topics = $2, state = $3, reason = $4, owner = $5, owner_until = $6, \
         paused_until = $7, throttled_until = $8, throttle_seconds = $9, errors = $10, errors_from = $11, failing_since = $12, \
         updated_at = $13 WHERE workspace_id = $14 AND id = $15",
        params![
            &s.url,
            &s.topics,
            &s.state,
            &s.reason,
            s.owner,
            s.owner_until,
            s.paused_until,
            s.throttled_until,
            s.throttle_seconds,
            s.errors,
            s.errors_from,
            s.failing_since,
            s.updated_at,
            workspace,
            s.id
        ],
    )?;
    Ok(())
}

/// Removes a subscription and its deliveries.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND subscription_id = $2",
        params![workspace, id],
    )?;
    tx.execute("DELETE FROM webhook_subscriptions WHERE workspace_id = $1 AND id = $2", params![workspace, id])?;
    Ok(())
}

/// Notes that a delivery is due at a time; the earliest such time counts.
pub fn due_at(tx: &mut Tx<'_>, workspace: &str, id: i64, at: i64) -> Result<()> {
    // The row is written whatever it holds: a condition on `next_at` would be judged by what a courier that lets go
    // is about to overwrite, and the delivery would wait for nobody.
    tx.execute(
        "UPDATE webhook_subscriptions SET next_at = CASE WHEN next_at <= $1 THEN next_at ELSE $1 END \
         WHERE workspace_id = $2 AND id = $3",
        params![at, workspace, id],
    )?;
    tx.wake_worker();
    Ok(())
}

/// Whether deliveries are due that nobody sends. The one question here over all workspaces, with the next.
pub fn any_due(tx: &mut Tx<'_>) -> Result<bool> {
    let now = tx.now();
    let sql = "SELECT 1 FROM webhook_subscriptions WHERE next_at <= $1 AND next_at IS NOT NULL AND owner_until <= $1 \
               AND state IN ('live', 'unverified') LIMIT 1";
    Ok(tx.query_opt(sql, params![now], |_| Ok(()))?.is_some())
}

/// Takes over subscriptions with deliveries that are due and that nobody sends: workspace and id.
pub fn claim(tx: &mut Tx<'_>, owner: i64, lease: i64, limit: i64) -> Result<Vec<(String, i64)>> {
    let (now, until) = (tx.now(), tx.now() + lease);
    let due = "SELECT workspace_id, id, owner_until FROM webhook_subscriptions WHERE next_at <= $1 AND next_at IS NOT NULL \
               AND owner_until <= $1 AND state IN ('live', 'unverified') ORDER BY next_at LIMIT $2";
    let found: Vec<(String, i64, i64)> =
        tx.query_all(due, params![now, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut claimed = Vec::new();
    for (workspace, id, lapsed) in found {
        // Nobody waits for another's claim: the one whose lease is still as it was read gets the subscription.
        let taken = tx.execute(
            "UPDATE webhook_subscriptions SET owner = $1, owner_until = $2 WHERE workspace_id = $3 AND id = $4 AND owner_until = $5",
            params![owner, until, &workspace, id, lapsed],
        )?;
        if taken == 1 {
            claimed.push((workspace, id));
        }
    }
    Ok(claimed)
}

/// Keeps a claim for longer; false when it is somebody else's by now.
pub fn renew(tx: &mut Tx<'_>, workspace: &str, id: i64, owner: i64, lease: i64) -> Result<bool> {
    let until = tx.now() + lease;
    let kept = tx.execute(
        "UPDATE webhook_subscriptions SET owner_until = $1 WHERE workspace_id = $2 AND id = $3 AND owner = $4",
        params![until, workspace, id, owner],
    )?;
    Ok(kept == 1)
}

/// Lets go of a subscription. It is due again with the first delivery that waits.
pub fn release(tx: &mut Tx<'_>, workspace: &str, id: i64, owner: i64) -> Result<()> {
    // Held first: who adds a delivery moves `next_at` under the same lock.
    if lock(tx, workspace, id)?.is_none_or(|s| s.owner != owner) {
        return Ok(());
    }
    let sql = "SELECT run_at FROM webhook_deliveries WHERE workspace_id = $1 AND subscription_id = $2 AND state = 'pending' \
               ORDER BY run_at LIMIT 1";
    let next: Option<i64> = tx.query_opt(sql, params![workspace, id], |row| row.get(0))?;
    tx.execute(
        "UPDATE webhook_subscriptions SET next_at = $1, owner_until = 0 WHERE workspace_id = $2 AND id = $3",
        params![next, workspace, id],
    )?;
    Ok(())
}
