//! A limit on how many clients may start to follow per second. When all reconnect at once, making some wait a moment is
//! faster for all than overloading the server.

use std::time::Instant;

use deskwire_domain::error::{Error, ErrorKind, Result};
use parking_lot::Mutex;

/// The longest delay that a rejected client is asked to wait, in seconds.
const MAX_WAIT: u32 = 5;

/// A token bucket: each new client takes a token. It holds the tokens of two seconds.
#[derive(Debug)]
pub(super) struct Admission {
    per_second: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    at: Instant,
}

impl Admission {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self { per_second, state: Mutex::new(State { tokens: 2.0 * per_second, at: Instant::now() }) }
    }

    /// Admits a client, or returns an error with the time after which it should retry.
    pub(super) fn admit(&self) -> Result<()> {
        if self.take(Instant::now()) {
            return Ok(());
        }
        // Random, so that rejected clients do not come back together.
        let wait = 1 + getrandom::u32().map_or(0, |random| random % MAX_WAIT);
        let message = "Many clients come at this moment: come back in a few seconds";
        Err(Error::new(ErrorKind::Unavailable, message).with("retry_after", wait))
    }

    fn take(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        let since = now.saturating_duration_since(state.at).as_secs_f64();
        state.tokens = (state.tokens + since * self.per_second).min(2.0 * self.per_second);
        state.at = state.at.max(now);
        let has_token = state.tokens >= 1.0;
        if has_token {
            state.tokens -= 1.0;
        }
        has_token
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Admission;

    #[test]
    fn admits_a_burst_of_two_seconds_and_then_the_rate() {
        let (admission, began) = (Admission::new(10), Instant::now());
        assert_eq!((0..30).filter(|_| admission.take(began)).count(), 20);
        let later = began + Duration::from_millis(500);
        assert_eq!((0..30).filter(|_| admission.take(later)).count(), 5);
        let much_later = began + Duration::from_secs(3_600);
        assert_eq!((0..30).filter(|_| admission.take(much_later)).count(), 20);
        // A clock that seems to go backwards adds no tokens.
        assert!(!admission.take(began));
    }
}
