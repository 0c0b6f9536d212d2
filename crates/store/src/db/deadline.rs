//! The time limit of a read.

use std::time::{Duration, Instant};

use crate::background::thread_time;

/// When a search has to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// It stops at this time in any case.
    at: Instant,
    /// It stops earlier, once it has run this long.
    brief: Option<Brief>,
}

/// A limit on processor time. The clock alone would count the time that other processes take as well, and on a busy
/// machine most searches would seem long.
#[derive(Clone, Copy, Debug)]
struct Brief {
    /// Before this time the processor time is not looked at: a system call, where the clock is none.
    from: Instant,
    /// The processor time of the thread at which the limit is reached.
    processor: Duration,
}

impl Deadline {
    /// A limit by the clock.
    pub(crate) fn at(at: Instant) -> Deadline {
        Deadline { at, brief: None }
    }

    /// A limit by the clock, or earlier by the time that this thread works from now on.
    pub(crate) fn brief(at: Instant, limit: Duration) -> Deadline {
        let brief = Brief { from: Instant::now() + limit, processor: thread_time() + limit };
        Deadline { at, brief: Some(brief) }
    }

    /// Whether it is reached. A brief limit is asked for on the thread that it was made on.
    pub(crate) fn has_passed(&self) -> bool {
        let now = Instant::now();
        now >= self.at || self.brief.is_some_and(|brief| now >= brief.from && thread_time() >= brief.processor)
    }

    /// Whether it stopped the search before the time that it has in all.
    pub(crate) fn was_brief(&self) -> bool {
        self.brief.is_some() && Instant::now() < self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brief_limit_counts_the_work_of_the_thread_and_not_the_time_it_waits() {
        let limit = Duration::from_millis(20);
        let deadline = Deadline::brief(Instant::now() + Duration::from_secs(60), limit);
        std::thread::sleep(2 * limit);
        assert!(!deadline.has_passed());
        let until = thread_time() + 2 * limit;
        while thread_time() < until {}
        assert!(deadline.has_passed());
        assert!(deadline.was_brief());
    }

    #[test]
    fn the_clock_ends_it_in_any_case() {
        let deadline = Deadline::brief(Instant::now(), Duration::from_secs(60));
        assert!(deadline.has_passed());
        assert!(!deadline.was_brief());
        assert!(!Deadline::at(Instant::now() + Duration::from_secs(60)).has_passed());
    }
}
