//! Webhook deliveries: one event for one subscription each.

use std::fmt::Write;

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{EventId, WebhookDeliveryId, WebhookSubscriptionId};
use crate::{Result, Value, WorkspaceTx, params};

column_enum! {
    /// The state of a delivery.
    pub enum DeliveryState {
        Pending = "pending",
        Sent = "sent",
        Failed = "failed",
        /// It was no longer needed.
        Dropped = "dropped",
    }
}

record! {
    /// A delivery's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Delivery in "webhook_deliveries", key (id: WebhookDeliveryId) {
        id: WebhookDeliveryId,
        subscription_id: WebhookSubscriptionId,
        event_id: EventId,
        topic: String,
        /// JSON.
        item: String,
        state: DeliveryState,
        attempts: i64,
        run_at: i64,
        first_sent_at: Option<i64>,
        event_at: i64,
        /// JSON: a list of attempts.
        log: String,
        created_at: i64,
    }
    pub fn insert, insert_all;
}

/// The deliveries of a subscription that are due, in order.
pub fn due(tx: &mut WorkspaceTx, subscription: WebhookSubscriptionId, limit: i64) -> Result<Vec<Delivery>> {
    let now = tx.now();
    let sql = select!(
        Delivery,
        " AND subscription_id = $2 AND state = 'pending' AND run_at <= $3 ORDER BY run_at, id LIMIT $4"
    );
    tx.query_all(sql, params![subscription, now, limit], Delivery::from_row)
}

/// One delivery.
pub fn get(tx: &mut WorkspaceTx, id: WebhookDeliveryId) -> Result<Option<Delivery>> {
    tx.query_opt(select!(Delivery, " AND id = $2"), params![id], Delivery::from_row)
}

/// Records the outcome of an attempt, unless another process has recorded it.
pub fn update(tx: &mut WorkspaceTx, d: &Delivery) -> Result<()> {
    tx.send(
        "UPDATE webhook_deliveries SET state = $2, attempts = $3, run_at = $4, first_sent_at = $5, log = $6 \
         WHERE workspace_id = $1 AND id = $7 AND state = 'pending' AND attempts = $8",
        params![&d.state, d.attempts, d.run_at, d.first_sent_at, &d.log, d.id, d.attempts - 1],
    )
}

/// Delays all pending deliveries of a subscription.
pub fn defer(tx: &mut WorkspaceTx, subscription: WebhookSubscriptionId, until: i64) -> Result<()> {
    tx.send(
        "UPDATE webhook_deliveries SET run_at = $2 WHERE workspace_id = $1 AND subscription_id = $3 AND state = 'pending' AND run_at < $2",
        params![until, subscription],
    )
}

/// Makes the pending deliveries of a subscription due now that were delayed until some time or less.
pub fn hasten(tx: &mut WorkspaceTx, subscription: WebhookSubscriptionId, until: i64) -> Result<()> {
    let now = tx.now();
    tx.send(
        "UPDATE webhook_deliveries SET run_at = $2 WHERE workspace_id = $1 AND subscription_id = $3 AND state = 'pending' \
         AND run_at > $2 AND run_at <= $4",
        params![now, subscription, until],
    )
}

/// Abandons pending deliveries of a subscription that were created before a time. Returns the number abandoned.
pub fn drop_before(tx: &mut WorkspaceTx, subscription: WebhookSubscriptionId, before: i64) -> Result<u64> {
    tx.execute(
        "UPDATE webhook_deliveries SET state = 'dropped' WHERE workspace_id = $1 AND subscription_id = $2 AND state = 'pending' \
         AND created_at < $3",
        params![subscription, before],
    )
}

/// A selection of deliveries.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Only this delivery.
    pub id: Option<WebhookDeliveryId>,
    /// Only deliveries of this subscription.
    pub subscription: Option<WebhookSubscriptionId>,
    /// Only deliveries of this topic.
    pub topic: Option<String>,
    /// Only deliveries in this state.
    pub state: Option<DeliveryState>,
    /// Only deliveries of events since this second.
    pub since: Option<i64>,
    /// Only deliveries of events before this second.
    pub until: Option<i64>,
    /// Only deliveries with ids below this one.
    pub before: Option<WebhookDeliveryId>,
}

impl Chosen {
    /// The SQL condition; its values follow the given ones.
    fn condition<'v>(&'v self, before: &[Value<'v>]) -> (String, Vec<Value<'v>>) {
        let mut values = before.to_vec();
        let mut sql = "workspace_id = $1".to_owned();
        if let Some(state) = self.state {
            // As a literal, and with the condition of the partial index of unsent deliveries, so that the index can be
            // used.
            let indexed = state != DeliveryState::Sent && self.subscription.is_some();
            let unsent = if indexed { " AND state <> 'sent'" } else { "" };
            let _ = write!(sql, " AND state = '{state}'{unsent}"); // a String takes everything
        }
        let wanted: [(&str, Option<Value<'_>>); 6] = [
            ("id =", self.id.map(Value::from)),
            ("subscription_id =", self.subscription.map(Value::from)),
            ("topic =", self.topic.as_deref().map(Value::Text)),
            ("event_at >=", self.since.map(Value::Int)),
            ("event_at <", self.until.map(Value::Int)),
            ("id <", self.before.map(Value::from)),
        ];
        for (column, value) in wanted {
            if let Some(value) = value {
                values.push(value);
                let _ = write!(sql, " AND {column} ${}", values.len() + 1); // a String takes everything
            }
        }
        (sql, values)
    }
}

/// The newest of the chosen deliveries.
pub fn list(tx: &mut WorkspaceTx, chosen: &Chosen, limit: i64) -> Result<Vec<Delivery>> {
    let (condition, mut values) = chosen.condition(&[]);
    values.push(limit.into());
    let (columns, limit) = (Delivery::SELECTED, values.len() + 1);
    let sql = format!("SELECT {columns} FROM webhook_deliveries WHERE {condition} ORDER BY id DESC LIMIT ${limit}");
    tx.query_all(&sql, &values, Delivery::from_row)
}

/// Makes the chosen deliveries due now, except pending ones, oldest first if there is a limit. Returns the ids of their
/// subscriptions.
pub fn replay(tx: &mut WorkspaceTx, chosen: &Chosen, limit: Option<i64>) -> Result<Vec<WebhookSubscriptionId>> {
    let now = [tx.now().into()];
    let (condition, mut values) = chosen.condition(&now);
    let mut which = format!("{condition} AND state <> 'pending'");
    if let Some(limit) = limit {
        values.push(limit.into());
        let last = values.len() + 1;
        which = format!(
            "workspace_id = $1 AND id IN (SELECT id FROM webhook_deliveries WHERE {which} ORDER BY id LIMIT ${last})"
        );
    }
    let sql =
        format!("UPDATE webhook_deliveries SET state = 'pending', run_at = $2 WHERE {which} RETURNING subscription_id");
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// Deletes finished deliveries with ids below `before`, at most `limit`. Returns the number deleted.
pub fn purge(tx: &mut WorkspaceTx, before: WebhookDeliveryId, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM webhook_deliveries WHERE workspace_id = $1 AND id IN (SELECT id FROM webhook_deliveries WHERE workspace_id = $1 \
         AND id < $2 AND state <> 'pending' ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}

/// The number of deliveries of a subscription, and the number of pending ones.
pub fn count(tx: &mut WorkspaceTx, subscription: WebhookSubscriptionId) -> Result<(i64, i64)> {
    let sql = "SELECT count(*), count(CASE WHEN state = 'pending' THEN 1 END) FROM webhook_deliveries \
               WHERE workspace_id = $1 AND subscription_id = $2";
    tx.query_one(sql, params![subscription], |row| Ok((row.get(0)?, row.get(1)?)))
}
