//! The rate limit of an app across all servers on one PostgreSQL. Each server takes portions of a window from the
//! database, and admits requests from them without asking.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::fair::Key;
use deskwire_store::rate_limits::{self, LimitKind, Portion};
use deskwire_store::{Clock, Db, Dialect, Error};
use parking_lot::Mutex;
use tokio::sync::MutexGuard;

use super::portions::{AppWindow, Verdict, Window, largest_portion};
use super::{Bucket, RateLimit, RateLimitStatus};

/// How long the database may take to give a portion.
const TIMEOUT: Duration = Duration::from_secs(2);
/// How long to wait before asking again after it did not respond, in milliseconds.
const RETRY_MS: u64 = 1_000;
/// How often one request asks: a window may end before the response arrives.
const ATTEMPTS: usize = 3;

/// The app or token whose requests share a limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited<'a> {
    pub(crate) workspace: &'a str,
    /// The share of the database that requests for portions use.
    pub(crate) share: Key,
    pub(crate) kind: LimitKind,
    pub(crate) id: i64,
}

/// The counts of an app.
#[derive(Debug, Default)]
pub(crate) struct AppBucket {
    /// The requests counted by this server: all of them where it is the only one, else those admitted while the
    /// database does not respond.
    own: Bucket,
    window: Mutex<AppWindow>,
    /// Held by the one request of the app that asks the database.
    asking: tokio::sync::Mutex<()>,
    /// How many requests wait for a portion.
    waiting: AtomicU64,
}

impl AppBucket {
    /// Waiting for the turn to ask the database. `None` if the database did not respond and another request is asking
    /// already.
    async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        if self.window.lock().has_failed() { self.asking.try_lock().ok() } else { Some(self.asking.lock().await) }
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

    /// The number of portions taken, and of requests counted without the database because it did not respond.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.portions.load(Ordering::Relaxed), self.unanswered.load(Ordering::Relaxed))
    }

    /// Counts a request of an app: from the server's portion, or with a new one from the database.
    pub(crate) async fn count(&self, bucket: &AppBucket, of: Limited<'_>, db: &Db) -> RateLimitStatus {
        let Some(limit) = self.limit.per_window.filter(|_| self.is_shared) else {
            return self.limit.count(&bucket.own, db.clock().now());
        };
        let verdict = bucket.window.lock().decide(self.ticks(db.clock()));
        match status(limit, verdict) {
            Some(status) => status,
            None => Box::pin(self.ask(limit, bucket, of, db)).await,
        }
    }

    async fn ask(&self, limit: u64, bucket: &AppBucket, of: Limited<'_>, db: &Db) -> RateLimitStatus {
        let _waiting = Waiting::new(&bucket.waiting);
        let Some(_turn) = bucket.turn().await else { return self.count_alone(limit, bucket, db) };
        for attempt in 0..=ATTEMPTS {
            let asked_at = self.ticks(db.clock());
            // Another request may have got a portion meanwhile, or the window may have ended before the response
            // arrived.
            let verdict = bucket.window.lock().decide(asked_at);
            if let Some(status) = status(limit, verdict) {
                return status;
            }
            if verdict == Verdict::Unavailable || attempt == ATTEMPTS {
                break;
            }
            let requested = bucket.window.lock().next_portion(asked_at, limit, bucket.waiting.load(Ordering::Relaxed));
            match portion(db, of, limit, requested).await {
                Ok(portion) => {
                    self.portions.fetch_add(1, Ordering::Relaxed);
                    bucket.window.lock().record(asked_at, portion);
                }
                Err(error) => {
                    let workspace = of.workspace;
                    tracing::warn!(workspace, %error, "the database did not give a portion of a rate limit");
                    bucket.window.lock().record_failure(self.ticks(db.clock()) + RETRY_MS);
                }
            }
        }
        self.count_alone(limit, bucket, db)
    }

    /// Counts a request without the database. A server then admits at most what it might have taken and not used.
    fn count_alone(&self, limit: u64, bucket: &AppBucket, db: &Db) -> RateLimitStatus {
        self.unanswered.fetch_add(1, Ordering::Relaxed);
        let alone = RateLimit { per_window: Some(largest_portion(limit)) };
        RateLimitStatus { limit, ..alone.count(&bucket.own, db.clock().now()) }
    }

    /// Milliseconds of a monotonic clock. In tests, a frozen clock takes its place.
    fn ticks(&self, clock: &Clock) -> u64 {
        if clock.is_frozen() {
            return u64::try_from(clock.now_ms()).unwrap_or(0);
        }
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A request that waits for a portion, until this is dropped.
struct Waiting<'a>(&'a AtomicU64);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The status of a decided request.
fn status(limit: u64, verdict: Verdict) -> Option<RateLimitStatus> {
    let status = |Window { reset, left_ms, remaining }: Window, exceeded| {
        let now = reset.saturating_sub(left_ms.div_ceil(1000));
        Some(RateLimitStatus { limit, remaining, reset, now, exceeded })
    };
    match verdict {
        Verdict::Admitted(window) => status(window, false),
        Verdict::Exceeded(window) => status(window, true),
        Verdict::Ask | Verdict::Unavailable => None,
    }
}

/// Takes a portion of the current window.
async fn portion(db: &Db, of: Limited<'_>, limit: u64, requested: u64) -> Result<Portion, Error> {
    let db = db.with_key(of.share);
    let (workspace, kind, id) = (of.workspace.to_owned(), of.kind, of.id);
    let [limit, requested] = [limit, requested].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let taken = db.write(move |tx| rate_limits::take(&mut tx.within(&workspace), kind, id, limit, requested));
    tokio::time::timeout(TIMEOUT, taken).await.unwrap_or(Err(Error::Busy))
}
