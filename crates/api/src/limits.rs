//! Rate limits: a number of requests a minute, spread over windows of ten seconds.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use parking_lot::Mutex;

const WINDOW: u64 = 10;
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// What the headers say when there is no limit.
const UNLIMITED: u64 = 1_000_000;

/// How much of one limit is used in the current window: the window's number above, the count below.
#[derive(Debug, Default)]
pub struct Bucket(AtomicU64);

/// Where a caller stands after a request.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    limit: u64,
    remaining: u64,
    reset: u64,
    now: u64,
    /// Whether this request is over the limit.
    pub exceeded: bool,
}

/// The limit in force.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Requests a window; none for no limit.
    per_window: Option<u64>,
}

impl RateLimit {
    /// So many requests a minute, or none for no limit.
    pub fn per_minute(requests: Option<u32>) -> Self {
        Self { per_window: requests.map(|n| (u64::from(n) / (60 / WINDOW)).max(1)) }
    }

    /// Counts a request at a unix second.
    pub fn count(self, bucket: &Bucket, now: i64) -> Standing {
        let now = u64::try_from(now).unwrap_or(0);
        let window = now / WINDOW;
        let reset = (window + 1) * WINDOW;
        let Some(limit) = self.per_window else {
            return Standing { limit: UNLIMITED, remaining: UNLIMITED, reset, now, exceeded: false };
        };
        let next = |packed: u64| {
            let used = if packed >> 32 == window { packed & 0xffff_ffff } else { 0 };
            (window << 32) | (used + 1).min(0xffff_ffff)
        };
        let mut packed = bucket.0.load(Ordering::Relaxed);
        while let Err(seen) = bucket.0.compare_exchange_weak(packed, next(packed), Ordering::Relaxed, Ordering::Relaxed)
        {
            packed = seen;
        }
        let used = next(packed) & 0xffff_ffff;
        Standing { limit, remaining: limit.saturating_sub(used), reset, now, exceeded: used > limit }
    }
}

impl Standing {
    /// Writes the headers that every answer carries.
    pub fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset));
        if self.exceeded {
            headers.insert(RETRY_AFTER, HeaderValue::from(self.reset.saturating_sub(self.now).max(1)));
        }
    }
}

/// Buckets by key, so that all tokens of an app share one.
#[derive(Debug)]
pub struct Buckets<K>(Mutex<HashMap<K, Arc<Bucket>>>);

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Hash + Eq> Buckets<K> {
    /// Above this many, all are forgotten: they are refilled by the next requests.
    const MOST: usize = 100_000;

    /// The bucket of a key.
    pub fn get(&self, key: K) -> Arc<Bucket> {
        let mut buckets = self.0.lock();
        if buckets.len() >= Self::MOST {
            buckets.clear();
        }
        buckets.entry(key).or_default().clone()
    }
}
