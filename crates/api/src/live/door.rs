//! How many clients may begin to follow in how much time: when all come back at once, those who wait a moment are served
//! sooner than a server that is overrun would serve anybody.

use std::time::Instant;

use deskwire_domain::error::{Error, ErrorKind, Result};
use parking_lot::Mutex;

/// The longest that a client is told to stay away, in seconds.
const LONGEST: u32 = 5;

/// A bucket of tokens: one for each client that begins. It holds those of two seconds.
#[derive(Debug)]
pub(super) struct Door {
    per_second: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    at: Instant,
}

impl Door {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self { per_second, state: Mutex::new(State { tokens: 2.0 * per_second, at: Instant::now() }) }
    }

    /// Lets a client in, or says when it is to come again.
    pub(super) fn enter(&self) -> Result<()> {
        if self.take(Instant::now()) {
            return Ok(());
        }
        // Spread, so that those who are sent away do not come back together.
        let wait = 1 + getrandom::u32().map_or(0, |random| random % LONGEST);
        let message = "Many clients come at this moment: come back in a few seconds";
        Err(Error::new(ErrorKind::Unavailable, message).with("retry_after", wait))
    }

    fn take(&self, now: Instant) -> bool {
        let mut state = self.state.lock();
        let since = now.saturating_duration_since(state.at).as_secs_f64();
        state.tokens = (state.tokens + since * self.per_second).min(2.0 * self.per_second);
        state.at = state.at.max(now);
        let is_open = state.tokens >= 1.0;
        if is_open {
            state.tokens -= 1.0;
        }
        is_open
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Door;

    #[test]
    fn two_seconds_worth_come_at_once_and_then_as_many_as_leave_time() {
        let (door, began) = (Door::new(10), Instant::now());
        assert_eq!((0..30).filter(|_| door.take(began)).count(), 20);
        let later = began + Duration::from_millis(500);
        assert_eq!((0..30).filter(|_| door.take(later)).count(), 5);
        let much_later = began + Duration::from_secs(3_600);
        assert_eq!((0..30).filter(|_| door.take(much_later)).count(), 20);
        // A clock that seems to go back gives nothing.
        assert!(!door.take(began));
    }
}
