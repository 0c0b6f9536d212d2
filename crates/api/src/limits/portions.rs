//! A server's view of an app's current window, and its portion of it.
//!
//! The clock of the database defines the windows. Each response of the database says how much of the window is left,
//! and the server counts that down by its own monotonic clock. It assumes that the response is as old as the request.
//! So it may think that a window has ended a little early, but never uses one that is over.

use deskwire_store::rate_limits::{Portion, WINDOW};

/// A server takes at most one part in so many of a window at a time.
const PARTS: u64 = 16;
const WINDOW_MS: u64 = WINDOW.unsigned_abs() * 1000;

/// The largest portion: what a server may have taken and not use, if it gets no more requests.
pub(super) const fn largest_portion(limit: u64) -> u64 {
    let part = limit / PARTS;
    if part == 0 { 1 } else { part }
}

/// The decision on a request. Times are milliseconds of the server's monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is within the limit.
    Admitted(Window),
    /// It is over the limit, as all requests are until the window ends.
    Exceeded(Window),
    /// It needs a new portion from the database.
    Ask,
    /// The database did not respond, and it is too early to ask again.
    Unavailable,
}

/// The window that a request counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// When it ends, in unix seconds by the clock of the database.
    pub(super) reset: u64,
    /// The milliseconds until then.
    pub(super) left_ms: u64,
    /// The requests that are left, as far as the server knows.
    pub(super) remaining: u64,
}

/// The state of an app.
#[derive(Debug, Default)]
pub(super) struct AppWindow {
    /// The first second of the window.
    starts_at: i64,
    /// When it ends, by the monotonic clock.
    until: u64,
    /// Requests taken from the window and not used yet.
    taken: u64,
    /// Requests left in the window for all servers, by the last response.
    left: u64,
    /// Requests admitted in the window.
    admitted: u64,
    /// The portion last requested.
    requested: u64,
    /// The database did not respond, and is not asked again before this.
    retry_at: u64,
}

impl AppWindow {
    /// Decides on a request and counts it, if the database is not needed for that.
    pub(super) fn decide(&mut self, now: u64) -> Verdict {
        if now < self.until {
            if self.taken > 0 {
                self.taken -= 1;
                self.admitted += 1;
                return Verdict::Admitted(self.window(now));
            }
            if self.left == 0 {
                return Verdict::Exceeded(self.window(now));
            }
        }
        if now < self.retry_at { Verdict::Unavailable } else { Verdict::Ask }
    }

    fn window(&self, now: u64) -> Window {
        let reset = u64::try_from(self.starts_at + WINDOW).unwrap_or(0);
        Window { reset, left_ms: self.until.saturating_sub(now), remaining: self.taken + self.left }
    }

    /// The portion to request: twice the last one, or a quarter of the last window's requests in a new window, and at
    /// least one for each request that waits.
    pub(super) fn next_portion(&mut self, now: u64, limit: u64, waiting: u64) -> u64 {
        let requested = if now < self.until {
            self.requested.saturating_mul(2)
        } else if now < self.until + WINDOW_MS {
            self.admitted / 4
        } else {
            1
        };
        self.requested = requested.max(waiting).clamp(1, largest_portion(limit));
        self.requested
    }

    /// Records the response to a request made at `asked_at`.
    pub(super) fn record(&mut self, asked_at: u64, portion: Portion) {
        let Portion { starts_at, now_ms, given, left } = portion;
        // A clock that was set back a little does not prolong a window.
        let since = u64::try_from(now_ms - starts_at * 1000).unwrap_or(0);
        if starts_at != self.starts_at {
            (self.starts_at, self.taken, self.admitted) = (starts_at, 0, 0);
        }
        // Both clocks are rounded to milliseconds.
        self.until = asked_at + WINDOW_MS.saturating_sub(since + 1);
        self.taken += u64::try_from(given).unwrap_or(0);
        self.left = u64::try_from(left).unwrap_or(0);
        self.retry_at = 0;
    }

    /// Whether the database did not respond the last time.
    pub(super) fn has_failed(&self) -> bool {
        self.retry_at > 0
    }

    /// Records that there was no response.
    pub(super) fn record_failure(&mut self, retry_at: u64) {
        self.retry_at = retry_at;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const LIMIT: u64 = 160;
    const SERVERS: u64 = 3;

    /// The row in the database, by whose clock the servers are admitted.
    #[derive(Debug, Default)]
    struct Row {
        starts_at: i64,
        used: i64,
    }

    impl Row {
        fn take(&mut self, now_ms: i64, requested: u64) -> Portion {
            let starts_at = now_ms / 10_000 * 10;
            if starts_at != self.starts_at {
                *self = Row { starts_at, used: 0 };
            }
            let given = (i64::try_from(requested).unwrap()).min((160 - self.used + 3) / 4);
            self.used += given;
            Portion { starts_at, now_ms, given, left: 160 - self.used }
        }
    }

    /// A request for a portion in transit.
    #[derive(Debug)]
    struct PortionRequest {
        server: usize,
        sent_at: u64,
        requested: u64,
        arrives: u64,
        returns: u64,
        response: Option<Portion>,
    }

    #[test]
    fn a_new_server_begins_small_and_doubles() {
        let mut app = AppWindow::default();
        let mut row = Row::default();
        let mut requested = Vec::new();
        for now in 50_000..50_100 {
            while app.decide(now) == Verdict::Ask {
                requested.push(app.next_portion(now, 1600, 1));
                let portion = row.take(1_000_000, *requested.last().unwrap());
                app.record(now, portion);
            }
        }
        assert_eq!(requested[..7], [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(largest_portion(1600), 100);
        assert_eq!(largest_portion(10), 1);
    }

    #[test]
    fn a_server_that_is_refused_asks_no_more_until_the_window_ends() {
        let mut app = AppWindow::default();
        assert_eq!(app.decide(7), Verdict::Ask);
        // The window ends in 3 s; the response took a second.
        app.record(7_000, Portion { starts_at: 100, now_ms: 107_000, given: 0, left: 0 });
        let window = |left_ms| Window { reset: 110, left_ms, remaining: 0 };
        assert_eq!(app.decide(8_000), Verdict::Exceeded(window(1_999)));
        assert_eq!(app.decide(9_998), Verdict::Exceeded(window(1)));
        assert_eq!(app.decide(9_999), Verdict::Ask);
    }

    #[test]
    fn a_portion_ends_with_its_window_and_is_kept_if_that_goes_on() {
        let mut app = AppWindow::default();
        app.record(1_000, Portion { starts_at: 100, now_ms: 105_000, given: 8, left: 90 });
        assert_eq!(app.decide(5_998), Verdict::Admitted(Window { reset: 110, left_ms: 1, remaining: 97 }));
        assert_eq!(app.decide(5_999), Verdict::Ask);
        // This request was faster than the first: the window had not ended yet.
        app.record(6_000, Portion { starts_at: 100, now_ms: 109_990, given: 1, left: 60 });
        assert_eq!(app.decide(6_001), Verdict::Admitted(Window { reset: 110, left_ms: 8, remaining: 67 }));
        app.record(6_010, Portion { starts_at: 110, now_ms: 110_010, given: 2, left: 158 });
        assert_eq!(app.decide(6_011), Verdict::Admitted(Window { reset: 120, left_ms: 9_988, remaining: 159 }));
    }

    #[test]
    fn no_answer_is_remembered_for_a_while_and_an_answer_ends_that() {
        let mut app = AppWindow::default();
        app.record_failure(2_000);
        assert_eq!((app.decide(1_999), app.has_failed()), (Verdict::Unavailable, true));
        assert_eq!(app.decide(2_000), Verdict::Ask);
        app.record(2_000, Portion { starts_at: 100, now_ms: 105_000, given: 1, left: 90 });
        assert!(!app.has_failed());
    }

    /// Servers with unrelated clocks, and requests that take up to 40 ms each way.
    #[test]
    fn no_window_of_the_database_has_more_requests_than_the_limit() {
        let mut state: u64 = 1;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let is_busy = |window: u64| window.is_multiple_of(2);
        let ticks = [0, 3_000, 86_400_000];
        let mut servers: Vec<AppWindow> = (0..SERVERS).map(|_| AppWindow::default()).collect();
        let (mut row, mut requests) = (Row::default(), Vec::<PortionRequest>::new());
        let mut admitted: BTreeMap<u64, u64> = BTreeMap::new();
        let mut remaining: BTreeMap<(usize, u64), u64> = BTreeMap::new();
        let mut portions = 0;
        for now in 1_000_000..1_200_000_u64 {
            for request in requests.iter_mut().filter(|request| request.arrives == now) {
                request.response = Some(row.take(i64::try_from(now).unwrap(), request.requested));
            }
            for request in requests.extract_if(.., |request| request.returns == now) {
                servers[request.server].record(request.sent_at, request.response.unwrap());
            }
            // At times a server is idle for some seconds.
            let server = usize::try_from(random(SERVERS)).unwrap();
            let is_idle = (now / 4_000 + server as u64).is_multiple_of(3);
            // Every other window gets less than half of the limit, so that portions are left over when it ends.
            let every = if is_busy(now / 10_000) { 5 } else { 100 };
            if is_idle || random(every) != 0 || requests.iter().any(|request| request.server == server) {
                continue;
            }
            let tick = now + ticks[server];
            match servers[server].decide(tick) {
                Verdict::Admitted(window) => {
                    *admitted.entry(now / 10_000).or_default() += 1;
                    assert_eq!(window.reset, now / 10_000 * 10 + 10);
                    let before = remaining.insert((server, window.reset), window.remaining);
                    assert!(before.is_none_or(|before| before > window.remaining), "{before:?} {window:?}");
                }
                Verdict::Exceeded(_) | Verdict::Unavailable => {}
                Verdict::Ask => {
                    portions += 1;
                    let (arrives, requested) = (now + 1 + random(40), servers[server].next_portion(tick, LIMIT, 1));
                    let returns = arrives + 1 + random(40);
                    requests.push(PortionRequest {
                        server,
                        sent_at: tick,
                        requested,
                        arrives,
                        returns,
                        response: None,
                    });
                }
            }
        }
        assert_eq!(admitted.len(), 20);
        let least = LIMIT - (SERVERS - 1) * largest_portion(LIMIT);
        for (window, count) in &admitted {
            let least = if is_busy(*window) { least } else { LIMIT / 4 };
            assert!((least..=LIMIT).contains(count), "{count} in window {window}");
        }
        assert!(admitted.values().any(|count| *count == LIMIT), "{admitted:?}");
        assert!(portions < 20 * LIMIT / 2, "{portions} portions for {} requests", admitted.values().sum::<u64>());
    }
}
