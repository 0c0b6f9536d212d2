//! What a server knows of the current window of an app, and what it has taken of it.
//!
//! Windows belong to the clock of the database. A server learns with each answer how much of the window is left, and counts
//! that down by a clock of its own that nobody sets. It takes the answer to be as old as the question, so it may believe that
//! a window has ended a little before it has, and never that it still goes on when it is over.

use deskwire_store::rate_limits::{Portion, WINDOW};

/// A server takes no more than one in so many of a window's requests at a time.
const PARTS: u64 = 16;
const WINDOW_MS: u64 = WINDOW.unsigned_abs() * 1000;

/// The most that a server has taken and may not use, if no more requests come to it.
pub(super) const fn largest(limit: u64) -> u64 {
    let part = limit / PARTS;
    if part == 0 { 1 } else { part }
}

/// What becomes of a request. Times are milliseconds of our own ticking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is within the limit.
    Admitted(Window),
    /// It is over the limit, as is everything until the window ends.
    Exceeded(Window),
    /// Only the database knows.
    Ask,
    /// The database does not answer, and is not to be asked again yet.
    Unanswered,
}

/// The window of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// When it ends, in unix seconds by the clock of the database.
    pub(super) reset: u64,
    /// The milliseconds until then.
    pub(super) left_ms: u64,
    /// The requests that are left, as far as we know.
    pub(super) remaining: u64,
}

/// What is known of an app.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The first second of the window.
    starts_at: i64,
    /// When it ends by our own ticking.
    until: u64,
    /// Requests that we have taken and not used.
    taken: u64,
    /// Requests that nobody had taken when we were last told.
    free: u64,
    /// Requests that we have admitted.
    admitted: u64,
    /// What we wanted when we last asked.
    wanted: u64,
    /// The database did not answer, and is not asked again before this.
    ask_from: u64,
}

impl Known {
    /// Decides on a request, if that is possible without the database, and counts it.
    pub(super) fn decide(&mut self, now: u64) -> Verdict {
        if now < self.until {
            if self.taken > 0 {
                self.taken -= 1;
                self.admitted += 1;
                return Verdict::Admitted(self.window(now));
            }
            if self.free == 0 {
                return Verdict::Exceeded(self.window(now));
            }
        }
        if now < self.ask_from { Verdict::Unanswered } else { Verdict::Ask }
    }

    fn window(&self, now: u64) -> Window {
        let reset = u64::try_from(self.starts_at + WINDOW).unwrap_or(0);
        Window { reset, left_ms: self.until.saturating_sub(now), remaining: self.taken + self.free }
    }

    /// How many requests to ask for: twice as many each time, in a new window a quarter of what came in the last one, and
    /// one for each of those who wait.
    pub(super) fn want(&mut self, now: u64, limit: u64, waiting: u64) -> u64 {
        let wanted = if now < self.until {
            self.wanted.saturating_mul(2)
        } else if now < self.until + WINDOW_MS {
            self.admitted / 4
        } else {
            1
        };
        self.wanted = wanted.max(waiting).clamp(1, largest(limit));
        self.wanted
    }

    /// Takes note of the answer to what was asked then.
    pub(super) fn told(&mut self, asked: u64, portion: Portion) {
        let Portion { starts_at, now_ms, given, left } = portion;
        // A clock that was set back a little does not make a window longer.
        let since = u64::try_from(now_ms - starts_at * 1000).unwrap_or(0);
        if starts_at != self.starts_at {
            (self.starts_at, self.taken, self.admitted) = (starts_at, 0, 0);
        }
        // Both clocks have whole milliseconds only.
        self.until = asked + WINDOW_MS.saturating_sub(since + 1);
        self.taken += u64::try_from(given).unwrap_or(0);
        self.free = u64::try_from(left).unwrap_or(0);
        self.ask_from = 0;
    }

    /// Whether the database did not answer the last time.
    pub(super) fn is_unanswered(&self) -> bool {
        self.ask_from > 0
    }

    /// Takes note that there was no answer.
    pub(super) fn unanswered(&mut self, ask_from: u64) {
        self.ask_from = ask_from;
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
        fn take(&mut self, now_ms: i64, wanted: u64) -> Portion {
            let starts_at = now_ms / 10_000 * 10;
            if starts_at != self.starts_at {
                *self = Row { starts_at, used: 0 };
            }
            let given = (i64::try_from(wanted).unwrap()).min((160 - self.used + 3) / 4);
            self.used += given;
            Portion { starts_at, now_ms, given, left: 160 - self.used }
        }
    }

    /// A question on its way.
    #[derive(Debug)]
    struct Question {
        server: usize,
        asked: u64,
        wanted: u64,
        arrives: u64,
        returns: u64,
        answer: Option<Portion>,
    }

    #[test]
    fn a_new_server_begins_small_and_doubles() {
        let mut known = Known::default();
        let mut row = Row::default();
        let mut wanted = Vec::new();
        for now in 50_000..50_100 {
            while known.decide(now) == Verdict::Ask {
                wanted.push(known.want(now, 1600, 1));
                let portion = row.take(1_000_000, *wanted.last().unwrap());
                known.told(now, portion);
            }
        }
        assert_eq!(wanted[..7], [1, 2, 4, 8, 16, 32, 64]);
        assert_eq!(largest(1600), 100);
        assert_eq!(largest(10), 1);
    }

    #[test]
    fn a_server_that_is_refused_asks_no_more_until_the_window_ends() {
        let mut known = Known::default();
        assert_eq!(known.decide(7), Verdict::Ask);
        // It is 3 s before the end of the window; the answer took a second.
        known.told(7_000, Portion { starts_at: 100, now_ms: 107_000, given: 0, left: 0 });
        let window = |left_ms| Window { reset: 110, left_ms, remaining: 0 };
        assert_eq!(known.decide(8_000), Verdict::Exceeded(window(1_999)));
        assert_eq!(known.decide(9_998), Verdict::Exceeded(window(1)));
        assert_eq!(known.decide(9_999), Verdict::Ask);
    }

    #[test]
    fn a_portion_ends_with_its_window_and_is_kept_if_that_goes_on() {
        let mut known = Known::default();
        known.told(1_000, Portion { starts_at: 100, now_ms: 105_000, given: 8, left: 90 });
        assert_eq!(known.decide(5_998), Verdict::Admitted(Window { reset: 110, left_ms: 1, remaining: 97 }));
        assert_eq!(known.decide(5_999), Verdict::Ask);
        // The question was faster than the first: the window had not ended yet.
        known.told(6_000, Portion { starts_at: 100, now_ms: 109_990, given: 1, left: 60 });
        assert_eq!(known.decide(6_001), Verdict::Admitted(Window { reset: 110, left_ms: 8, remaining: 67 }));
        known.told(6_010, Portion { starts_at: 110, now_ms: 110_010, given: 2, left: 158 });
        assert_eq!(known.decide(6_011), Verdict::Admitted(Window { reset: 120, left_ms: 9_988, remaining: 159 }));
    }

    #[test]
    fn no_answer_is_remembered_for_a_while_and_an_answer_ends_that() {
        let mut known = Known::default();
        known.unanswered(2_000);
        assert_eq!((known.decide(1_999), known.is_unanswered()), (Verdict::Unanswered, true));
        assert_eq!(known.decide(2_000), Verdict::Ask);
        known.told(2_000, Portion { starts_at: 100, now_ms: 105_000, given: 1, left: 90 });
        assert!(!known.is_unanswered());
    }

    /// Servers whose own clocks have nothing to do with each other, and questions that take up to 40 ms each way.
    #[test]
    fn no_window_of_the_database_has_more_requests_than_the_limit() {
        let mut state: u64 = 1;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let is_busy = |window: u64| window.is_multiple_of(2);
        let ticks = [0, 3_000, 86_400_000];
        let mut servers: Vec<Known> = (0..SERVERS).map(|_| Known::default()).collect();
        let (mut row, mut questions) = (Row::default(), Vec::<Question>::new());
        let mut admitted: BTreeMap<u64, u64> = BTreeMap::new();
        let mut shown: BTreeMap<(usize, u64), u64> = BTreeMap::new();
        let mut asked = 0;
        for now in 1_000_000..1_200_000_u64 {
            for question in questions.iter_mut().filter(|question| question.arrives == now) {
                question.answer = Some(row.take(i64::try_from(now).unwrap(), question.wanted));
            }
            for question in questions.extract_if(.., |question| question.returns == now) {
                servers[question.server].told(question.asked, question.answer.unwrap());
            }
            // Now and then a server has nothing to do for some seconds.
            let server = usize::try_from(random(SERVERS)).unwrap();
            let is_idle = (now / 4_000 + server as u64).is_multiple_of(3);
            // Every other window has not even half as many requests as the limit, so that portions are left when it ends.
            let every = if is_busy(now / 10_000) { 5 } else { 100 };
            if is_idle || random(every) != 0 || questions.iter().any(|question| question.server == server) {
                continue;
            }
            let tick = now + ticks[server];
            match servers[server].decide(tick) {
                Verdict::Admitted(window) => {
                    *admitted.entry(now / 10_000).or_default() += 1;
                    assert_eq!(window.reset, now / 10_000 * 10 + 10);
                    let before = shown.insert((server, window.reset), window.remaining);
                    assert!(before.is_none_or(|before| before > window.remaining), "{before:?} {window:?}");
                }
                Verdict::Exceeded(_) | Verdict::Unanswered => {}
                Verdict::Ask => {
                    asked += 1;
                    let (arrives, wanted) = (now + 1 + random(40), servers[server].want(tick, LIMIT, 1));
                    let returns = arrives + 1 + random(40);
                    questions.push(Question { server, asked: tick, wanted, arrives, returns, answer: None });
                }
            }
        }
        assert_eq!(admitted.len(), 20);
        let least = LIMIT - (SERVERS - 1) * largest(LIMIT);
        for (window, count) in &admitted {
            let least = if is_busy(*window) { least } else { LIMIT / 4 };
            assert!((least..=LIMIT).contains(count), "{count} in window {window}");
        }
        assert!(admitted.values().any(|count| *count == LIMIT), "{admitted:?}");
        assert!(asked < 20 * LIMIT / 2, "{asked} questions for {} requests", admitted.values().sum::<u64>());
    }
}
