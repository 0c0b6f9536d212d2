//! Checks that the other side keeps up.

/// Limits the time spent waiting for the other side, depending on the bytes that it transferred. Times are
/// milliseconds.
#[derive(Debug)]
pub(super) struct Pace {
    /// The maximum wait without progress, and the maximum sum of waits beyond those that the rate allows.
    limit: u64,
    /// The minimum rate of the other side, in bytes per second.
    rate: u64,
    waiting_since: Option<u64>,
    /// By how much the waits exceeded what the rate allows. Transfers faster than the rate reduce it, but never
    /// below zero: a fast start does not compensate for a slow rest.
    behind: u64,
}

impl Pace {
    pub(super) fn new(limit: u64, rate: u64) -> Self {
        Self { limit, rate: rate.max(1), waiting_since: None, behind: 0 }
    }

    /// Begins or continues a wait. Returns its deadline.
    pub(super) fn wait(&mut self, now: u64) -> u64 {
        let since = *self.waiting_since.get_or_insert(now);
        since.saturating_add(self.limit.saturating_sub(self.behind))
    }

    /// Whether there is a wait and its deadline has passed.
    pub(super) fn is_over(&mut self, now: u64) -> bool {
        self.is_waiting() && now >= self.wait(now)
    }

    /// Whether there is a wait.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting_since.is_some()
    }

    /// Records progress. `now` is called only after a wait.
    pub(super) fn advance(&mut self, bytes: usize, now: impl FnOnce() -> u64) {
        if let Some(since) = self.waiting_since.take() {
            self.behind = self.behind.saturating_add(now().saturating_sub(since));
        }
        let earned = (bytes as u64).saturating_mul(1000) / self.rate;
        self.behind = self.behind.saturating_sub(earned);
    }

    /// Resets the state.
    pub(super) fn restart(&mut self) {
        (self.waiting_since, self.behind) = (None, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn a_wait_without_progress_has_a_limit() {
        let mut pace = Pace::new(100, 1000);
        assert_eq!((pace.wait(50), pace.wait(90)), (150, 150));
        assert!(!pace.is_over(149) && pace.is_over(150));
        pace.advance(1, || 140);
        assert!(!pace.is_over(1000));
    }

    #[test]
    fn sending_byte_by_byte_does_not_avoid_the_limit() {
        let mut pace = Pace::new(100, 1000);
        // A fast start does not help either.
        pace.advance(1_000_000, || 0);
        let mut now = 0;
        let mut rounds = 0;
        loop {
            let until = pace.wait(now);
            now += 10;
            if until <= now {
                break;
            }
            pace.advance(1, || now);
            rounds += 1;
            assert!(rounds < 100);
        }
        assert_eq!(rounds, 10, "100 ms, and a millisecond for each byte");
    }

    #[test]
    fn clients_above_the_minimum_rate_continue() {
        let mut pace = Pace::new(100, 1000);
        for round in 0..1000 {
            assert!(pace.wait(round * 10) > round * 10 + 10);
            pace.advance(10, || round * 10 + 10);
        }
    }
}
