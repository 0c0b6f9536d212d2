//! Where apps want to be told of what happens.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::global::workers::Claimant;
use crate::{Result, Row, WorkspaceTx, params};

/// How long a subscription is a process's without being renewed, in seconds.
pub const LEASE: i64 = 20;

column_enum! {
    /// Whether an endpoint gets webhooks.
    pub enum WebhookState {
        /// The endpoint was not asked yet.
        Unverified = "unverified",
        Live = "live",
        /// The endpoint did not answer as it must.
        Refused = "refused",
        /// The endpoint asked for it.
        Disabled = "disabled",
        /// The endpoint failed for too long.
        Suspended = "suspended",
    }
}

record! {
    /// A subscription's row, but for when its deliveries are due.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Subscription in "webhook_subscriptions", key (id: i64) {
        id: i64,
        app_id: i64,
        url: String,
        /// Separated by spaces.
        topics: String,
        state: WebhookState,
        reason: Option<String>,
        fallback_url: Option<String>,
        fallback_topics: Option<String>,
        owner: i64,
        owner_until: i64,
        paused_until: i64,
        throttled_until: i64,
        throttle_seconds: i64,
        errors: i64,
        errors_from: i64,
        failing_since: Option<i64>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn lock, all, insert, update;
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

/// The subscription of an app.
pub fn of_app(tx: &mut WorkspaceTx, app: i64) -> Result<Option<Subscription>> {
    tx.query_opt(select!(Subscription, " AND app_id = $2"), params![app], Subscription::from_row)
}

/// The subscriptions of a workspace that deliveries are made for, with their apps.
pub fn listening(tx: &mut WorkspaceTx) -> Result<Vec<Listening>> {
    tx.query_all(&with_apps(" AND state IN ('live', 'unverified') ORDER BY id"), &[], with_app)
}

/// One subscription with its app.
pub fn with_its_app(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Listening>> {
    tx.query_opt(&with_apps(" AND id = $2"), params![id], with_app)
}

/// Subscriptions of a workspace, `$1`, with their apps; what follows says which.
fn with_apps(which: &str) -> String {
    format!(
        "SELECT {}, scopes, api_version, signing_secret FROM webhook_subscriptions JOIN \
         (SELECT workspace_id AS of, id AS app, scopes, api_version, signing_secret FROM apps) AS apps \
         ON apps.of = workspace_id AND apps.app = app_id WHERE workspace_id = $1{which}",
        Subscription::SELECTED
    )
}

fn with_app(row: &Row<'_>) -> Result<Listening> {
    const WIDTH: usize = Subscription::WIDTH;
    Ok(Listening {
        subscription: Subscription::from_row(row)?,
        scopes: row.get(WIDTH)?,
        api_version: row.get(WIDTH + 1)?,
        signing_secret: row.get(WIDTH + 2)?,
    })
}

/// Removes a subscription and its deliveries.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND subscription_id = $2", params![id])?;
    tx.execute("DELETE FROM webhook_subscriptions WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}

/// Notes that a delivery is due at a time; the earliest such time counts.
pub fn due_at(tx: &mut WorkspaceTx, id: i64, at: i64) -> Result<()> {
    // The row is written whatever it holds: a condition on `next_at` would be judged by what a courier that lets go
    // is about to overwrite, and the delivery would wait for nobody.
    tx.execute(
        "UPDATE webhook_subscriptions SET next_at = CASE WHEN next_at <= $2 THEN next_at ELSE $2 END \
         WHERE workspace_id = $1 AND id = $3",
        params![at, id],
    )?;
    tx.wake_worker();
    Ok(())
}

/// Keeps a claim for longer; false when it is somebody else's by now.
pub fn renew(tx: &mut WorkspaceTx, by: Claimant, id: i64) -> Result<bool> {
    let kept = tx.execute(
        "UPDATE webhook_subscriptions SET owner_until = $2 WHERE workspace_id = $1 AND id = $3 AND owner = $4",
        params![by.now() + LEASE, id, by.id],
    )?;
    Ok(kept == 1)
}

/// Lets go of a subscription. It is due again with the first delivery that waits.
pub fn release(tx: &mut WorkspaceTx, id: i64, owner: i64) -> Result<()> {
    // Held first: who adds a delivery moves `next_at` under the same lock.
    if lock(tx, id)?.is_none_or(|s| s.owner != owner) {
        return Ok(());
    }
    let sql = "SELECT run_at FROM webhook_deliveries WHERE workspace_id = $1 AND subscription_id = $2 AND state = 'pending' \
               ORDER BY run_at LIMIT 1";
    let next: Option<i64> = tx.query_opt(sql, params![id], |row| row.get(0))?;
    tx.execute(
        "UPDATE webhook_subscriptions SET next_at = $2, owner_until = 0 WHERE workspace_id = $1 AND id = $3",
        params![next, id],
    )?;
    Ok(())
}
