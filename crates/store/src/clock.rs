//! The clock: the system's, or one frozen by a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the current time. Clones share one clock, so a test may keep one and advance it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Unix milliseconds of a frozen clock; `None` follows the system.
    frozen: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// A clock that follows the system's.
    pub fn system() -> Clock {
        Clock { frozen: None }
    }

    /// A clock that stays at `unix_secs` (unix seconds) until [`Clock::advance`] moves it.
    pub fn frozen(unix_secs: i64) -> Clock {
        let ms = unix_secs.saturating_mul(1000);
        Clock { frozen: Some(Arc::new(AtomicI64::new(ms))) }
    }

    /// Whether it is frozen.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Now, in unix seconds.
    pub fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Now, in unix milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now_ms(&self) -> i64 {
        match &self.frozen {
            Some(ms) => ms.load(Ordering::SeqCst),
            None => match SystemTime::now().duration_since(UNIX_EPOCH) {
                Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
                Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
            },
        }
    }

    /// Moves a frozen clock, and all its clones, by `secs` seconds. Does nothing to a system clock.
    pub fn advance(&self, secs: i64) {
        if let Some(ms) = &self.frozen {
            ms.fetch_add(secs.saturating_mul(1000), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_frozen_clock_share_its_time() {
        let clock = Clock::frozen(1_700_000_000);
        let clone = clock.clone();
        assert_eq!(clone.now(), 1_700_000_000);
        clock.advance(60);
        assert_eq!(clone.now(), 1_700_000_060);
        assert_eq!(clone.now_ms(), 1_700_000_060_000);
    }

    #[test]
    fn the_system_clock_is_not_moved() {
        let clock = Clock::system();
        let before = clock.now();
        clock.advance(1_000_000);
        assert!(clock.now() < before + 1000);
    }
}
