//! CPU-bound requests run on background threads.
//!
//! Which requests these are depends on a workspace's data: one conversation is read in microseconds, another has 8 MB
//! and takes a tenth of a second. So operations are measured for each workspace. Slow ones run on background threads
//! for a while, where workspaces take turns.

use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::time::{Duration, Instant};

use deskwire_domain::error::Result;
use deskwire_store::background;
use deskwire_store::fair::{Key, Limits, Shares};
use parking_lot::RwLock;
use tokio::runtime::Handle;
use tracing::Instrument;

use crate::budgets::in_turn;
use crate::reply::Reply;

/// The longest that a handler should block a runtime thread.
const LONG: Duration = Duration::from_millis(5);
/// How long an operation runs in the background after it was slow.
const BUSY: Duration = Duration::from_secs(2);
/// How long an operation that seemed slow is measured in processor time, and how many of its runs. The clock of a thread costs a
/// system call, and on a busy machine operations often seem slow.
const SUSPECT: Duration = Duration::from_secs(10);
const SUSPECT_RUNS: u32 = 256;
/// Requests of one workspace that may wait for a turn.
const QUEUE: usize = 256;
/// The maximum number of operations remembered, counted by workspace.
const MAX_OPERATIONS: usize = 10_000;

/// An operation of a workspace.
type Subject = (Key, &'static str);
type Work = Pin<Box<dyn Future<Output = Result<Reply>> + Send>>;

/// The measured load of an operation of a workspace.
#[derive(Clone, Copy, PartialEq)]
enum Load {
    /// It was slow by the clock, perhaps because other processes were busy.
    Suspect,
    /// It was slow in processor time.
    Busy,
}

/// What is known of an operation of a workspace.
struct Entry {
    load: Load,
    until: Instant,
    /// The number of runs that this still applies to, for suspects.
    runs: AtomicU32,
}

impl Entry {
    /// The load that the next run starts with.
    fn next(&self) -> Option<Load> {
        let applies = match self.load {
            _ if self.until <= Instant::now() => false,
            Load::Suspect => self.runs.fetch_update(Relaxed, Relaxed, |runs| runs.checked_sub(1)).is_ok(),
            Load::Busy => true,
        };
        applies.then_some(self.load)
    }
}

/// The operations that were slow recently, and the turns to run them.
pub(crate) struct Busy {
    known: RwLock<HashMap<Subject, Entry>>,
    /// The number of entries in `known`, usually 0.
    count: AtomicUsize,
    turns: Shares,
}

impl Default for Busy {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let turns = Shares::new(Limits::reserving(cores.max(2), QUEUE));
        Self { known: RwLock::default(), count: AtomicUsize::new(0), turns }
    }
}

impl fmt::Debug for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Busy").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Busy {
    /// Runs a handler: on this thread, or in the background if its operation is slow in this workspace.
    pub(crate) async fn run(&self, key: Key, operation: &'static str, work: Work) -> Result<Reply> {
        let subject = (key, operation);
        match self.load(subject) {
            None => {
                let (answer, longest) = measured(None, work).await;
                self.note(subject, longest, Load::Suspect, SUSPECT);
                answer
            }
            Some(Load::Suspect) => {
                let (answer, longest) = measured(Some(background::thread_time), work).await;
                self.note(subject, longest, Load::Busy, BUSY);
                answer
            }
            Some(Load::Busy) => self.in_background(subject, work).await,
        }
    }

    async fn in_background(&self, subject: Subject, work: Work) -> Result<Reply> {
        let (runtime, work) = (Handle::current(), work.in_current_span());
        let run = move || runtime.block_on(measured(Some(background::thread_time), work));
        let (answer, longest) = in_turn(&self.turns, subject.0, run).await?;
        self.note(subject, longest, Load::Busy, BUSY);
        answer
    }

    fn load(&self, subject: Subject) -> Option<Load> {
        if self.count.load(Relaxed) == 0 {
            return None;
        }
        let known = self.known.read();
        known.get(&subject)?.next()
    }

    /// Remembers an operation that blocked a thread for too long.
    fn note(&self, subject: Subject, longest: Duration, load: Load, time: Duration) {
        if longest < LONG {
            return;
        }
        let (mut known, now) = (self.known.write(), Instant::now());
        if known.len() >= MAX_OPERATIONS {
            known.clear();
        }
        known.retain(|_, entry| entry.until > now);
        known.insert(subject, Entry { load, until: now + time, runs: AtomicU32::new(SUSPECT_RUNS) });
        self.count.store(known.len(), Relaxed);
    }
}

/// The result of `work`, and the longest time above [`LONG`] that it ran without yielding: by the clock of the thread, if
/// one is given, or else by the time of day.
async fn measured<T>(clock: Option<fn() -> Duration>, work: impl Future<Output = T>) -> (T, Duration) {
    let (mut work, mut longest) = (pin!(work), Duration::ZERO);
    let answer = poll_fn(|cx| {
        let (started, used_before) = (Instant::now(), clock.map(|clock| clock()));
        let polled = work.as_mut().poll(cx);
        let elapsed = started.elapsed();
        if elapsed >= LONG {
            let used = clock.zip(used_before).map(|(clock, before)| clock().saturating_sub(before));
            longest = longest.max(used.unwrap_or(elapsed));
        }
        polled
    })
    .await;
    (answer, longest)
}

#[cfg(test)]
mod tests {
    use std::thread::{current, sleep};

    use super::*;

    /// A handler that keeps a processor busy for this long; returns the name of the thread that ran it.
    async fn run(busy: &Busy, workspace: &str, time: Duration) -> String {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let work = async move {
            let began = background::thread_time();
            while background::thread_time().saturating_sub(began) < time {}
            let _ = sender.send(current().name().unwrap_or_default().to_owned());
            Ok(Reply::rendered(http::StatusCode::OK, Vec::new()))
        };
        busy.run(Key::workspace(workspace), "GET /x", Box::pin(work)).await.unwrap();
        receiver.await.unwrap()
    }

    #[tokio::test]
    async fn operations_that_take_long_move_to_the_background() {
        let busy = Busy::default();
        for _ in 0..2 {
            assert_ne!(run(&busy, "large", LONG * 2).await, "background");
        }
        assert_eq!(run(&busy, "large", LONG * 2).await, "background");
        assert_ne!(run(&busy, "small", Duration::ZERO).await, "background");
        assert_eq!(run(&busy, "large", Duration::ZERO).await, "background");
        sleep(BUSY);
        assert_ne!(run(&busy, "large", Duration::ZERO).await, "background");
    }

    #[tokio::test]
    async fn suspects_are_measured_for_a_number_of_runs() {
        let (busy, subject) = (Busy::default(), (Key::workspace("a"), "GET /x"));
        run(&busy, "a", LONG * 2).await;
        for _ in 0..SUSPECT_RUNS {
            assert!(busy.load(subject) == Some(Load::Suspect));
        }
        assert!(busy.load(subject).is_none());
        run(&busy, "a", LONG * 2).await;
        assert!(busy.load(subject) == Some(Load::Suspect));
    }

    #[tokio::test]
    async fn waiting_does_not_count_as_work() {
        let busy = Busy::default();
        for _ in 0..3 {
            let work = async {
                sleep(LONG * 2);
                Ok(Reply::rendered(http::StatusCode::OK, Vec::new()))
            };
            busy.run(Key::workspace("a"), "GET /x", Box::pin(work)).await.unwrap();
        }
        assert!(busy.load((Key::workspace("a"), "GET /x")) != Some(Load::Busy));
    }
}
