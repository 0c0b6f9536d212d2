//! Rate limits: a number of requests a minute, spread over windows of ten seconds.

mod portions;
mod shared;

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use deskwire_store::rate_limits;
use http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use parking_lot::Mutex;

pub(crate) use shared::{AppBucket, Limited, SharedLimit};

const WINDOW: u64 = rate_limits::WINDOW.unsigned_abs();
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// The value of the headers without a limit.
const UNLIMITED: u64 = 1_000_000;

/// The use of a limit in the current window: the window's number in the high bits, the count in the low ones.
#[derive(Debug, Default)]
pub struct Bucket(AtomicU64);

/// The state of a caller's rate limit after a request.
#[derive(Debug, Clone, Copy)]
pub struct RateLimitStatus {
    limit: u64,
    remaining: u64,
    reset: u64,
    now: u64,
    /// Whether this request is over the limit.
    pub exceeded: bool,
}

/// A rate limit.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Requests per window; `None` for no limit.
    per_window: Option<u64>,
}

impl RateLimit {
    /// A limit of so many requests per minute; `None` for no limit.
    pub fn per_minute(requests: Option<u32>) -> Self {
        Self { per_window: requests.map(|n| (u64::from(n) / (60 / WINDOW)).max(1)) }
    }

    /// Counts a request at a unix second.
    pub fn count(self, bucket: &Bucket, now: i64) -> RateLimitStatus {
        let now = u64::try_from(now).unwrap_or(0);
        let window = now / WINDOW;
        let reset = (window + 1) * WINDOW;
        let Some(limit) = self.per_window else {
            return RateLimitStatus { limit: UNLIMITED, remaining: UNLIMITED, reset, now, exceeded: false };
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
        RateLimitStatus { limit, remaining: limit.saturating_sub(used), reset, now, exceeded: used > limit }
    }
}

impl RateLimitStatus {
    /// Writes the headers that every response has.
    pub fn write(self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(self.reset));
        if self.exceeded {
            headers.insert(RETRY_AFTER, HeaderValue::from(self.reset.saturating_sub(self.now).max(1)));
        }
    }
}

/// Buckets by key: all tokens of an app share one.
#[derive(Debug)]
pub struct Buckets<K, B = Bucket>(Mutex<State<K, B>>);

#[derive(Debug)]
struct State<K, B> {
    buckets: HashMap<K, Arc<B>>,
    /// The keys, oldest first.
    order: VecDeque<K>,
}

impl<K, B> Default for Buckets<K, B> {
    fn default() -> Self {
        Self(Mutex::new(State { buckets: HashMap::new(), order: VecDeque::new() }))
    }
}

impl<K: Hash + Eq + Copy, B: Default> Buckets<K, B> {
    /// Above this number of buckets, each new one evicts the oldest.
    const MAX: usize = 100_000;
    /// How many of the oldest are examined to find an unused one.
    const LOOK: usize = 8;

    /// The bucket of a key.
    pub fn get(&self, key: K) -> Arc<B> {
        let State { buckets, order } = &mut *self.0.lock();
        if let Some(bucket) = buckets.get(&key) {
            return bucket.clone();
        }
        for _ in 0..Self::LOOK {
            if buckets.len() < Self::MAX {
                break;
            }
            let Some(oldest) = order.pop_front() else { break };
            // A bucket in use must not be evicted, or its caller would get two.
            match buckets.get(&oldest) {
                Some(bucket) if Arc::strong_count(bucket) > 1 => order.push_back(oldest),
                _ => drop(buckets.remove(&oldest)),
            }
        }
        order.push_back(key);
        buckets.entry(key).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimit;

    type Buckets = super::Buckets<usize>;

    #[test]
    fn the_oldest_are_forgotten_and_no_others() {
        let buckets = Buckets::default();
        let limit = RateLimit::per_minute(Some(6));
        let spent = |key: usize| limit.count(&buckets.get(key), 0).exceeded;
        let held = buckets.get(0);
        assert!(!limit.count(&held, 0).exceeded);
        for key in 1..Buckets::MAX {
            assert!(!spent(key), "{key}");
        }
        assert!(spent(1) && spent(2) && spent(50_000));
        // Two new ones evict the two oldest unused ones.
        assert!(!spent(200_000) && !spent(200_001));
        assert!(spent(0) && spent(3) && spent(50_000) && spent(200_000));
        assert!(!spent(1));
        assert_eq!(buckets.0.lock().buckets.len(), Buckets::MAX);
    }
}
