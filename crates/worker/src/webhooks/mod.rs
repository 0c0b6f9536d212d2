//! Sending webhooks.
//!
//! A subscription with deliveries that are due is taken over by lease, by one process, and given to a courier: it
//! sends a bounded number at once and writes down what came of them, many in a transaction. The couriers of a process
//! that died are replaced within seconds; what they had sent and not written down is sent again, under the same id.

mod courier;
mod notice;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::WebhookSubscriptionId;
use deskwire_store::Db;
use deskwire_store::global::queues;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use crate::alive::Alive;
use crate::outbound::Outbound;

/// Requests at once: to endpoints that answer quickly, and to the others. The slow ones never take the place of the
/// quick ones.
const AT_ONCE: usize = 64;
const AT_ONCE_SLOW: usize = 64;
/// Couriers at once.
const COURIERS: usize = 128;

/// What couriers share.
#[derive(Debug)]
pub(crate) struct WebhookSender {
    db: Db,
    outbound: Outbound,
    /// Seconds to wait after the first failure, after the second and so on.
    retries: Vec<i64>,
    quick: Arc<Semaphore>,
    slow: Arc<Semaphore>,
    alive: Arc<Alive>,
    stop: Arc<AtomicBool>,
}

impl WebhookSender {
    pub(crate) fn new(db: Db, alive: Arc<Alive>, outbound: Outbound, retries: Vec<i64>) -> Self {
        Self {
            db,
            alive,
            outbound,
            retries,
            quick: Arc::new(Semaphore::new(AT_ONCE)),
            slow: Arc::new(Semaphore::new(AT_ONCE_SLOW)),
            stop: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Lets couriers finish what they have under way, and take up nothing more.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Sends what is due whenever woken, until told to stop.
    pub(crate) async fn run(self: &Arc<Self>, woken: &Notify) {
        let mut couriers = JoinSet::new();
        while !self.stop.load(Ordering::Relaxed) {
            self.dispatch(&mut couriers).await;
            tokio::select! {
                () = woken.notified() => {}
                Some(_) = couriers.join_next() => {}
            }
        }
        while couriers.join_next().await.is_some() {}
    }

    /// Sends all that is due now.
    pub(crate) async fn run_due(self: &Arc<Self>) {
        let mut couriers = JoinSet::new();
        while self.dispatch(&mut couriers).await > 0 {
            while couriers.join_next().await.is_some() {}
        }
    }

    /// Takes over what is due; how many subscriptions that were.
    async fn dispatch(self: &Arc<Self>, couriers: &mut JoinSet<()>) -> usize {
        match self.claim(COURIERS.saturating_sub(couriers.len())).await {
            Ok(claimed) => {
                let count = claimed.len();
                for (workspace, id) in claimed {
                    couriers.spawn(courier::serve(self.clone(), workspace, id));
                }
                count
            }
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "no webhooks could be taken up: {error}");
                0
            }
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<(String, WebhookSubscriptionId)>> {
        // Looking costs less than claiming, and most of the time there is nothing.
        let by = self.alive.claimant().await?;
        if most == 0 || !self.db.read(move |tx| queues::any_webhook(tx, by).map_err(Error::from)).await? {
            return Ok(Vec::new());
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.alive.claim(&self.db, move |tx, by| Ok(queues::claim_webhooks(tx, by, most)?)).await
    }
}
