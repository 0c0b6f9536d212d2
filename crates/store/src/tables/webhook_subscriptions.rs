//! The webhook subscriptions of apps.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::global::workers::Claimant;
use crate::ids::{AppId, WebhookSubscriptionId};
use crate::{Result, Row, WorkspaceTx, params};

/// How long a claim on a subscription lasts without renewal, in seconds.
pub const CLAIM_SECONDS: i64 = 20;
/// The rest of the condition for subscriptions that receive deliveries.
const LISTENING: &str = " AND state IN ('live', 'unverified')";

column_enum! {
    /// The state of a subscription.
    pub enum WebhookState {
        /// The endpoint has not been verified yet.
        Unverified = "unverified",
        Live = "live",
        /// The endpoint failed verification.
        Refused = "refused",
        /// The endpoint answered 410.
        Disabled = "disabled",
        /// The endpoint has failed for too long.
        Suspended = "suspended",
    }
}

record! {
    /// A subscription's row, without the time of its next delivery.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Subscription in "webhook_subscriptions", key (id: WebhookSubscriptionId) {
        id: WebhookSubscriptionId,
        app_id: AppId,
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
    pub fn get, lock, all, insert, update;
}

impl Subscription {
    /// The time until which sending is paused because of errors or a 429, in unix seconds.
    pub fn held_until(&self) -> i64 {
        self.paused_until.max(self.throttled_until)
    }
}

/// A subscription with the needed columns of its app.
#[derive(Debug, Clone)]
pub struct Listening {
    /// The subscription.
    pub subscription: Subscription,
    /// The scopes of the app, separated by spaces.
    pub scopes: String,
    /// The version the app is set to.
    pub api_version: Option<String>,
    /// The secret that signs its webhooks.
    pub signing_secret: Option<String>,
}

/// The subscription of an app.
pub fn of_app(tx: &mut WorkspaceTx, app: AppId) -> Result<Option<Subscription>> {
    tx.query_opt(select!(Subscription, " AND app_id = $2"), params![app], Subscription::from_row)
}

/// The subscriptions of a workspace that receive deliveries, with their apps.
pub fn listening(tx: &mut WorkspaceTx) -> Result<Vec<Listening>> {
    tx.query_all(&with_apps(&format!("{LISTENING} ORDER BY id")), &[], with_app)
}

/// One subscription with its app.
pub fn with_its_app(tx: &mut WorkspaceTx, id: WebhookSubscriptionId) -> Result<Option<Listening>> {
    tx.query_opt(&with_apps(" AND id = $2"), params![id], with_app)
}

/// `SELECT` of subscriptions of a workspace, `$1`, with their apps; `which` is the rest of the condition.
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
pub fn delete(tx: &mut WorkspaceTx, id: WebhookSubscriptionId) -> Result<()> {
    // The subscription first: this waits for whoever adds deliveries, whose rows the second statement then sees.
    tx.send("DELETE FROM webhook_subscriptions WHERE workspace_id = $1 AND id = $2", params![id])?;
    tx.send("DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND subscription_id = $2", params![id])
}

/// Records the time of a due delivery; the earliest one is kept. `next_at` is no condition, because that could be
/// evaluated against a value that a courier is about to overwrite, and the delivery would never be picked up.
const DUE: &str = "UPDATE webhook_subscriptions SET next_at = CASE WHEN next_at <= $2 THEN next_at ELSE $2 END \
                   WHERE workspace_id = $1 AND id = $3";

/// Records the time of a due delivery, even if the subscription receives none at the moment.
pub fn due_at(tx: &mut WorkspaceTx, id: WebhookSubscriptionId, at: i64) -> Result<()> {
    tx.send(DUE, params![at, id])?;
    tx.wake_worker();
    Ok(())
}

/// Records it before deliveries are added. Returns false if the subscription was removed or stopped: then it gets none.
pub fn due_if_listening(tx: &mut WorkspaceTx, id: WebhookSubscriptionId, at: i64) -> Result<bool> {
    let changed = tx.execute(&format!("{DUE}{LISTENING}"), params![at, id])?;
    tx.wake_worker();
    Ok(changed == 1)
}

/// Extends a claim. Returns false if another process has claimed the subscription since.
pub fn renew(tx: &mut WorkspaceTx, by: Claimant, id: WebhookSubscriptionId) -> Result<bool> {
    let kept = tx.execute(
        "UPDATE webhook_subscriptions SET owner_until = $2 WHERE workspace_id = $1 AND id = $3 AND owner = $4",
        params![by.now() + CLAIM_SECONDS, id, by.id],
    )?;
    Ok(kept == 1)
}

/// Releases a subscription. It is due again with its first pending delivery.
pub fn release(tx: &mut WorkspaceTx, id: WebhookSubscriptionId, owner: i64) -> Result<()> {
    // Locked first: adding a delivery changes `next_at` under the same lock.
    if lock(tx, id)?.is_none_or(|s| s.owner != owner) {
        return Ok(());
    }
    let sql = "SELECT run_at FROM webhook_deliveries WHERE workspace_id = $1 AND subscription_id = $2 AND state = 'pending' \
               ORDER BY run_at LIMIT 1";
    let next: Option<i64> = tx.query_opt(sql, params![id], |row| row.get(0))?;
    tx.send(
        "UPDATE webhook_subscriptions SET next_at = $2, owner_until = 0 WHERE workspace_id = $1 AND id = $3",
        params![next, id],
    )
}
