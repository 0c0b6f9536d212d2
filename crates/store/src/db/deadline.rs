//! The time limit of a read.

use std::time::{Duration, Instant};

use crate::background::thread_time;

/// The time at which a search must stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// The search stops at this time at the latest.
    at: Instant,
    /// The search stops earlier if it reaches this limit.
    brief: Option<Brief>,
}

/// A limit on processor time. Wall-clock time would include the time that other processes take, and on a busy machine
/// most searches would seem long.
#[derive(Clone, Copy, Debug)]
struct Brief {
    /// The processor time is not read before this time: reading it is a system call, reading the clock is not.
    from: Instant,
    /// The thread's processor time at which the limit is reached.
    processor: Duration,
}

impl Deadline {
    /// Returns a limit by the clock.
    pub(crate) fn at(at: Instant) -> Deadline {
        Deadline { at, brief: None }
    }

    /// Returns a limit by the clock, with an earlier limit on the processor time that this thread uses from now on.
    pub(crate) fn brief(at: Instant, limit: Duration) -> Deadline {
        let brief = Brief { from: Instant::now() + limit, processor: thread_time() + limit };
        Deadline { at, brief: Some(brief) }
    }

    /// Returns whether the limit is reached. Call it on the thread that created the deadline if the limit is brief.
    pub(crate) fn has_passed(&self) -> bool {
        let now = Instant::now();
        now >= self.at || self.brief.is_some_and(|brief| now >= brief.from && thread_time() >= brief.processor)
    }

    /// Returns whether the search stopped at the brief limit, with time left by the clock.
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
