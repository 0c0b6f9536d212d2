//! Sending webhooks.
//!
//! A subscription with due deliveries is claimed by one process and given to a courier, which sends a bounded number at
//! once and records the outcomes, many in one transaction. When a process dies, others take over within seconds;
//! deliveries that it had sent but not recorded are sent again, under the same id.

mod courier;
mod notice;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::WebhookSubscriptionId;
use deskwire_store::global::queues::{self, Among};
use deskwire_store::{Db, Tx};
use parking_lot::Mutex;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

use crate::alive::Alive;
use crate::looks::Looks;
use crate::outbound::Outbound;

/// The maximum number of requests at once: to quick endpoints, and to slow ones, which never take the places of the
/// quick ones.
const AT_ONCE: usize = 64;
const AT_ONCE_SLOW: usize = 64;
/// The maximum number of couriers at once.
const COURIERS: usize = 128;

/// The state that couriers share.
#[derive(Debug)]
pub(crate) struct WebhookSender {
    db: Db,
    outbound: Outbound,
    /// Seconds to wait after the first failure, the second and so on.
    retries: Vec<i64>,
    quick: Arc<Semaphore>,
    slow: Arc<Semaphore>,
    alive: Arc<Alive>,
    looks: Arc<Looks>,
    stop: Arc<AtomicBool>,
    /// The subscriptions that a courier of this process serves.
    served: Mutex<HashSet<(String, WebhookSubscriptionId)>>,
}

/// The turn of a courier to serve a subscription. Until it is dropped, this process starts no other one for it: if the
/// process was paused for longer than a claim lasts, it claims its own subscription again.
#[derive(Debug)]
struct Turn {
    hooks: Arc<WebhookSender>,
    workspace: String,
    id: WebhookSubscriptionId,
}

impl Turn {
    fn take(hooks: &Arc<WebhookSender>, workspace: String, id: WebhookSubscriptionId) -> Option<Self> {
        let is_free = hooks.served.lock().insert((workspace.clone(), id));
        is_free.then(|| Self { hooks: hooks.clone(), workspace, id })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.hooks.served.lock().remove(&(std::mem::take(&mut self.workspace), self.id));
    }
}

impl WebhookSender {
    pub(crate) fn new(db: Db, alive: Arc<Alive>, looks: Arc<Looks>, outbound: Outbound, retries: Vec<i64>) -> Self {
        Self {
            db,
            alive,
            looks,
            outbound,
            retries,
            quick: Arc::new(Semaphore::new(AT_ONCE)),
            slow: Arc::new(Semaphore::new(AT_ONCE_SLOW)),
            stop: Arc::new(AtomicBool::new(false)),
            served: Mutex::default(),
        }
    }

    /// Lets couriers finish the requests in progress, and starts no more.
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

    /// Sends all deliveries that are due now.
    pub(crate) async fn run_due(self: &Arc<Self>) {
        let mut couriers = JoinSet::new();
        while self.dispatch(&mut couriers).await > 0 {
            while couriers.join_next().await.is_some() {}
        }
    }

    /// Claims subscriptions with due deliveries; returns how many.
    async fn dispatch(self: &Arc<Self>, couriers: &mut JoinSet<()>) -> usize {
        match self.claim(COURIERS.saturating_sub(couriers.len())).await {
            Ok(claimed) => {
                let count = claimed.len();
                for turn in claimed.into_iter().filter_map(|(workspace, id)| Turn::take(self, workspace, id)) {
                    couriers.spawn(courier::serve(turn));
                }
                count
            }
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "no webhooks could be claimed: {error}");
                0
            }
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<(String, WebhookSubscriptionId)>> {
        // A read is cheaper than a claim, and most of the time nothing is due.
        let by = self.alive.claimant().await?;
        if most == 0 {
            return Ok(Vec::new());
        }
        // `None` stands for any workspace.
        let look = move |tx: &mut Tx<'_>, among: Among<'_>| {
            let found = match among {
                None => queues::any_webhook(tx, by)?.then_some(None).into_iter().collect(),
                Some(some) => queues::webhooks_of(tx, by, some)?.into_iter().map(Some).collect(),
            };
            Ok::<Vec<Option<String>>, Error>(found)
        };
        let due = self.looks.all("webhooks", look).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let among: Option<Vec<String>> = due.into_iter().collect();
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let is_whole = among.is_none();
        let claim =
            self.alive.claim(&self.db, move |tx, by| Ok(queues::claim_webhooks(tx, by, most, among.as_deref())?));
        let claimed = claim.await;
        if let (Err(error), true) = (&claimed, is_whole) {
            // The look ended before it reached what is down.
            self.looks.part("webhooks", error).await;
        }
        claimed
    }
}
