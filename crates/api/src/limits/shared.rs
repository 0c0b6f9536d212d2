//! The rate limit of an app over all servers that share a PostgreSQL: each takes a portion of a window from the database, and
//! admits requests from it without asking.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::fair::Key;
use deskwire_store::rate_limits::{self, LimitKind, Portion};
use deskwire_store::{Clock, Db, Dialect, Error};
use parking_lot::Mutex;
use tokio::sync::MutexGuard;

use super::portions::{Known, Verdict, Window, largest};
use super::{Bucket, RateLimit, RateLimitStatus};

/// How long the database has to give a portion.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it is not asked again when it did not answer, in milliseconds.
const AGAIN_MS: u64 = 1_000;
/// How often one request asks: a window may end while an answer is on its way.
const ATTEMPTS: usize = 3;

/// Whose requests are limited together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited<'a> {
    pub(crate) workspace: &'a str,
    /// Whose share of the database asking uses.
    pub(crate) share: Key,
    pub(crate) kind: LimitKind,
    pub(crate) id: i64,
}

/// What is counted of an app.
#[derive(Debug, Default)]
pub(crate) struct AppBucket {
    /// What this server counts alone: all of it where it is alone, else what it admits while the database does not answer.
    own: Bucket,
    known: Mutex<Known>,
    /// Held by the one request of the app that asks the database.
    asking: tokio::sync::Mutex<()>,
    /// How many requests wait for a portion.
    waiting: AtomicU64,
}

impl AppBucket {
    /// The turn to ask the database, or none while another request asks whether it answers again.
    async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        if self.known.lock().is_unanswered() { self.asking.try_lock().ok() } else { Some(self.asking.lock().await) }
    }
}

/// The rate limit of apps.
#[derive(Debug)]
pub(crate) struct SharedLimit {
    limit: RateLimit,
    is_shared: bool,
    began: Instant,
    portions: AtomicU64,
    unanswered: AtomicU64,
}

impl SharedLimit {
    /// The limit on a database.
    pub(crate) fn new(limit: RateLimit, db: &Db) -> Self {
        let (portions, unanswered) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { limit, is_shared: db.dialect() == Dialect::Postgres, began: Instant::now(), portions, unanswered }
    }

    /// How many portions were taken, and how many requests were counted without the database because it did not answer.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.portions.load(Ordering::Relaxed), self.unanswered.load(Ordering::Relaxed))
    }

    /// Counts a request of an app. Its bucket is asked first; only when its portion is used up, the database.
    pub(crate) async fn count(&self, bucket: &AppBucket, of: Limited<'_>, db: &Db) -> RateLimitStatus {
        let Some(limit) = self.limit.per_window.filter(|_| self.is_shared) else {
            return self.limit.count(&bucket.own, db.clock().now());
        };
        let verdict = bucket.known.lock().decide(self.ticks(db.clock()));
        match status(limit, verdict) {
            Some(status) => status,
            None => Box::pin(self.ask(limit, bucket, of, db)).await,
        }
    }

    async fn ask(&self, limit: u64, bucket: &AppBucket, of: Limited<'_>, db: &Db) -> RateLimitStatus {
        let _waits = Waits::new(&bucket.waiting);
        let Some(_turn) = bucket.turn().await else { return self.alone(limit, bucket, db) };
        for attempt in 0..=ATTEMPTS {
            let asked = self.ticks(db.clock());
            // Another request may have asked before, or a window have ended before the answer came.
            let verdict = bucket.known.lock().decide(asked);
            if let Some(status) = status(limit, verdict) {
                return status;
            }
            if verdict == Verdict::Unanswered || attempt == ATTEMPTS {
                break;
            }
            let wanted = bucket.known.lock().want(asked, limit, bucket.waiting.load(Ordering::Relaxed));
            match portion(db, of, limit, wanted).await {
                Ok(portion) => {
                    self.portions.fetch_add(1, Ordering::Relaxed);
                    bucket.known.lock().told(asked, portion);
                }
                Err(error) => {
                    let workspace = of.workspace;
                    tracing::warn!(workspace, %error, "the database does not say what is left of a rate limit");
                    bucket.known.lock().unanswered(self.ticks(db.clock()) + AGAIN_MS);
                }
            }
        }
        self.alone(limit, bucket, db)
    }

    /// Counts a request without the database. A server admits no more so than it may have taken and not used.
    fn alone(&self, limit: u64, bucket: &AppBucket, db: &Db) -> RateLimitStatus {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let alone = RateLimit { per_window: Some(largest(limit)) };
        RateLimitStatus { limit, ..alone.count(&bucket.own, db.clock().now()) }
    }

    /// Milliseconds that only go on, whatever the time of day is set to. A test's clock moves them.
    fn ticks(&self, clock: &Clock) -> u64 {
        if clock.is_frozen() {
            return u64::try_from(clock.now_ms()).unwrap_or(0);
        }
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A request that waits for a portion, until this is dropped.
struct Waits<'a>(&'a AtomicU64);

impl<'a> Waits<'a> {
    fn new(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a verdict says to the caller, if it is one.
fn status(limit: u64, verdict: Verdict) -> Option<RateLimitStatus> {
    let told = |Window { reset, left_ms, remaining }: Window, exceeded| {
        let now = reset.saturating_sub(left_ms.div_ceil(1000));
        Some(RateLimitStatus { limit, remaining, reset, now, exceeded })
    };
    match verdict {
        Verdict::Admitted(window) => told(window, false),
        Verdict::Exceeded(window) => told(window, true),
        Verdict::Ask | Verdict::Unanswered => None,
    }
}

/// A portion of the current window.
async fn portion(db: &Db, of: Limited<'_>, limit: u64, wanted: u64) -> Result<Portion, Error> {
    let db = db.with_key(of.share);
    let (workspace, kind, id) = (of.workspace.to_owned(), of.kind, of.id);
    let [limit, wanted] = [limit, wanted].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let taken = db.write(move |tx| rate_limits::take(&mut tx.within(&workspace), kind, id, limit, wanted));
    tokio::time::timeout(PATIENCE, taken).await.unwrap_or(Err(Error::Busy))
}
