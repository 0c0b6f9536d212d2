//! The worker: does deferred work after a commit, delivers events, and cleans up.
//!
//! Any number of workers may run on one database, in one process or in several. Work is claimed by a process that gives
//! signs of life, never by an open transaction; claims of a dead process expire within seconds. Work is done at least
//! once, so each kind writes its progress in the same transaction as its effects.

mod alive;
mod attachments;
mod claim;
mod data_connectors;
mod exports;
mod fan_out;
mod fin;
pub mod identity;
mod kinds;
mod looks;
pub mod mail;
pub mod outbound;
mod pools;
pub mod texts;
mod tidying;
mod uninstalled;
mod wake;
mod webhooks;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskwire_store::{Db, Files, Place};
use tokio::sync::Notify;

pub use tidying::tidy;

use alive::Alive;
use kinds::Outside;
use looks::Looks;
use mail::Mailer;
use outbound::{Allowed, Outbound};
use pools::Pools;
use webhooks::WebhookSender;

/// How long a worker sleeps when nothing wakes it: it finds the work of other processes, retries and expired claims by
/// polling.
const POLL: Duration = Duration::from_secs(1);
/// How often a process checks whether tidying is due.
const TIDYING_CHECK_INTERVAL: Duration = Duration::from_secs(60);
/// How long events are collected before the next fan-out. The first event after a pause does not wait.
const FAN_OUT_DELAY: Duration = Duration::from_millis(20);

/// The settings of the worker.
#[derive(Debug, Clone)]
pub struct Config {
    /// The addresses that are allowed besides public ones.
    pub outbound_allow: Allowed,
    /// Seconds to wait before each retry of a webhook: after the first failure, the second and so on.
    pub webhook_retries: Vec<i64>,
    /// Where attachments are stored.
    pub files: Place,
    /// The mail server; without one, mail waits.
    pub mail: Option<mail::Config>,
    /// The public URL of the server, used for links to files.
    pub public_url: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            outbound_allow: Allowed::default(),
            webhook_retries: vec![60],
            files: Place::from("data/attachments"),
            mail: None,
            public_url: String::new(),
        }
    }
}

/// The worker of a process.
#[derive(Debug, Clone)]
pub struct Worker {
    db: Db,
    alive: Arc<Alive>,
    looks: Arc<Looks>,
    pools: Arc<Pools>,
    webhooks: Arc<WebhookSender>,
    mailer: Arc<Mailer>,
    outbound: Outbound,
    origin: Arc<str>,
}

impl Worker {
    /// A worker on a database.
    pub fn new(db: Db, config: Config) -> Self {
        let outbound = Outbound::new(config.outbound_allow);
        let (alive, looks) = (Alive::new(db.clone()), Looks::new(db.clone()));
        let (client, retries) = (outbound.clone(), config.webhook_retries);
        let webhooks = Arc::new(WebhookSender::new(db.clone(), alive.clone(), looks.clone(), client, retries));
        let outside = Outside::new(db.clone(), outbound.clone(), Files::new(config.files).with(&db));
        let pools = Pools::new(db.clone(), outside, alive.clone(), looks.clone());
        let mailer = Arc::new(Mailer::with(db.clone(), alive.clone(), looks.clone(), config.mail));
        let origin = config.public_url.trim_end_matches('/').into();
        Self { db, alive, looks, pools, webhooks, mailer, outbound, origin }
    }

    /// The HTTP client for other servers.
    pub fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// Works until `shutdown` is ready. Running jobs then continue to their next commit and are released.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let stop = AtomicBool::new(false);
        let [stopped, for_wakes, for_outbox, for_webhooks, for_mail] = [(); 5].map(|()| Notify::new());
        let ring = || [&for_outbox, &for_webhooks, &for_mail].map(Notify::notify_one);
        let bell = async {
            while !stop.load(Ordering::Relaxed) {
                let (woken, polled, stopped) =
                    (pin!(self.db.woken().notified()), pin!(tokio::time::sleep(POLL)), pin!(stopped.notified()));
                tokio::select! {
                    () = woken => {}
                    () = polled => {}
                    () = stopped => {}
                }
                ring();
                // Each polls with its own queries: under load, one poll for many writes is cheaper.
                tokio::time::sleep(FAN_OUT_DELAY).await;
            }
            // Waiting loops are notified of the end.
            ring();
        };
        let wakes = async {
            while !stop.load(Ordering::Relaxed) {
                wake::all_due(&self.db, &self.looks, &stop).await;
                // No write makes one due: only time does.
                let _ = tokio::time::timeout(POLL, for_wakes.notified()).await;
            }
        };
        let tidying = async {
            loop {
                self.looks.list().await;
                if !self.tidy_in_turn().await {
                    self.remove_unfinished().await;
                }
                tokio::time::sleep(TIDYING_CHECK_INTERVAL).await;
            }
        };
        let outbox = async {
            while !stop.load(Ordering::Relaxed) {
                if fan_out::all(&self.db, &self.looks, &self.origin, &stop).await {
                    tokio::time::sleep(FAN_OUT_DELAY).await;
                } else {
                    for_outbox.notified().await;
                }
            }
        };
        let watch = async {
            shutdown.await;
            stop.store(true, Ordering::Relaxed);
            self.pools.stop();
            self.webhooks.stop();
            self.mailer.stop();
            for_mail.notify_one();
            for_wakes.notify_one();
            stopped.notify_one();
        };
        let (jobs, webhooks, mail) = (self.pools.run(), self.webhooks.run(&for_webhooks), self.mailer.run(&for_mail));
        let work = async {
            tokio::join!(bell, jobs, wakes, outbox, webhooks, mail, watch);
        };
        let ended = async {
            tokio::select! {
                () = work => {}
                // Never returns, and can be cancelled at any point.
                () = tidying => {}
            }
        };
        self.alive.run(ended).await;
    }

    /// Does all work that is due now; returns the number of jobs run and conversations woken.
    pub async fn run_due(&self) -> usize {
        let stop = AtomicBool::new(false);
        let done = wake::all_due(&self.db, &self.looks, &stop).await + self.pools.run_due().await;
        fan_out::all(&self.db, &self.looks, &self.origin, &stop).await;
        self.webhooks.run_due().await;
        self.mailer.run_due().await;
        done
    }
}
