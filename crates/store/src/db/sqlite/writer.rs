//! The writer thread: takes all queued writes, commits them together, then answers their callers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use tokio::sync::oneshot;

use super::Conn;
use super::checkpoint::Checkpointer;
use super::location::Location;
use super::transaction::run;
use crate::db::closure::{Closure, Done, Failure, done};
use crate::db::core::{Core, Wakes, refused};
use crate::db::tx::{ATTEMPTS, Lane};
use crate::fair::{Key, Limits, Permit, Shares, Turns, Verdict};
use crate::{Error, Result};

/// How a run of a write ended.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Done {
        wakes: Wakes,
    },
    Refused,
    /// It used an id that another process has also minted, and must be run again.
    Collided,
}

/// A queued write.
struct Queued {
    key: Key,
    closure: Box<dyn Closure>,
    /// The result of its last run.
    ended: Option<Result<(), Failure>>,
    reply: oneshot::Sender<Done>,
    /// Its place in the queue, released when it leaves the queue.
    place: Option<Permit>,
}

impl Queued {
    fn run(&mut self, conn: &Conn, core: &Core) -> Ending {
        let ran = run(conn, Lane::Write, core, None, self.closure.as_mut());
        let ending = match (&ran.result, ran.collided) {
            (Ok(()), _) => Ending::Done { wakes: ran.wakes },
            (Err(_), true) => Ending::Collided,
            (Err(_), false) => Ending::Refused,
        };
        self.ended = Some(ran.result);
        ending
    }

    /// Answers the caller, with `failure` if the commit failed. An error of its own takes precedence.
    fn answer(self, failure: Option<&Error>) {
        let ended = match (self.ended, failure) {
            (Some(Err(own)), _) => Err(own),
            (_, Some(failure)) => Err(failure.clone().into()),
            (Some(Ok(())), None) => Ok(()),
            (None, None) => Err(closed().into()),
        };
        // The caller may have stopped waiting.
        let _ = self.reply.send(done(self.closure, ended));
    }
}

/// The queue of writes. Keys take turns, so that each batch has writes of every key.
struct Queue {
    core: Arc<Core>,
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    writes: Turns<Queued>,
    stopping: bool,
}

impl Queue {
    fn push(&self, queued: Queued) -> Result<()> {
        let mut state = self.state.lock();
        if state.stopping {
            return Err(closed());
        }
        state.writes.push_back(queued.key, queued);
        self.count(&state);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Fills `batch` up to `limit`, waiting for the first write. Returns `false` if the queue is closed.
    fn fill(&self, batch: &mut Vec<Queued>, limit: usize) -> bool {
        let mut state = self.state.lock();
        while state.writes.len() == 0 {
            if state.stopping {
                return false;
            }
            self.changed.wait(&mut state);
        }
        while batch.len() < limit
            && let Some((_, queued)) = state.writes.take_next(|_, _| Verdict::Take)
        {
            batch.push(queued);
        }
        self.count(&state);
        drop(state);
        for queued in batch {
            queued.place = None;
        }
        true
    }

    /// Returns whether a batch of these keys that has run for `worked` must make way for queued writes.
    fn is_over(&self, worked: Duration, keys: &[Key]) -> bool {
        if worked < SHARED_BATCH_TIME {
            return false;
        }
        let state = self.state.lock();
        let limit = if state.writes.has_other_than(keys) { SHARED_BATCH_TIME } else { BATCH_TIME };
        worked >= limit && state.writes.len() > 0
    }

    /// Updates the count of queued writes that the running write sees.
    fn count(&self, state: &Waiting) {
        self.core.counters.waiting.store(state.writes.len(), Ordering::Relaxed);
    }

    /// Puts back the writes that there was no time for. They come first in their key's next turn.
    fn give_back(&self, rest: impl DoubleEndedIterator<Item = Queued>) {
        let mut state = self.state.lock();
        for queued in rest.rev() {
            state.writes.push_front(queued.key, queued);
        }
        self.count(&state);
    }
}

/// A handle to the writer thread.
pub(crate) struct Writer {
    admission: Shares,
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(
        conn: Conn,
        core: Arc<Core>,
        log: Arc<Checkpointer>,
        location: Arc<Location>,
    ) -> Result<Writer> {
        let admission = Shares::new(Limits::reserving(core.options.write_queue, usize::MAX));
        let queue = Queue { core: Arc::clone(&core), state: Mutex::default(), changed: Condvar::new() };
        let queue = Arc::new(queue);
        let writes = Arc::clone(&queue);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(&conn, &core, &log, &location, &writes))
            .map_err(|e| Error::Unavailable(format!("starting the writer: {e}")))?;
        Ok(Writer { admission, queue, thread: Mutex::new(Some(thread)) })
    }

    /// Queues a write and waits until it is committed. Once queued, it runs even if nobody waits. It waits for a place
    /// in the queue no longer than `patience`, which needs a runtime with timers.
    pub(crate) async fn write(&self, key: Key, patience: Option<Duration>, closure: Box<dyn Closure>) -> Done {
        let place = match patience {
            Some(patience) => self.admission.acquire_within(key, 1, patience).await,
            None => self.admission.acquire(key, 1).await,
        };
        let place = Some(place.map_err(refused)?);
        let (reply, answer) = oneshot::channel();
        self.queue.push(Queued { key, closure, ended: None, reply, place })?;
        answer.await.map_err(|_| closed())?
    }

    /// Returns the number of queued writes.
    pub(crate) fn depth(&self) -> usize {
        self.queue.state.lock().writes.len() + self.admission.waiting()
    }

    /// Commits the queued writes, refuses later ones, and waits for the thread to end.
    pub(crate) fn close(&self) {
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            self.admission.close();
            self.queue.state.lock().stopping = true;
            self.queue.changed.notify_one();
            if thread.join().is_err() {
                tracing::error!("the writer thread panicked");
            }
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

/// The number of batches that run with savepoints after one that needed them.
const GUARDED_BATCHES: u32 = 50;

/// How long the writes of one batch may run while others are queued. The running write still completes.
const BATCH_TIME: Duration = Duration::from_millis(10);

/// How long they may run while a key without a write in the batch waits.
const SHARED_BATCH_TIME: Duration = Duration::from_millis(2);

fn serve(conn: &Conn, core: &Core, log: &Checkpointer, location: &Location, queue: &Queue) {
    let limit = core.options.write_batch.max(1);
    let mut policy = SavepointPolicy::default();
    let mut batch: Vec<Queued> = Vec::with_capacity(limit);
    while queue.fill(&mut batch, limit) {
        // A commit to a file that is no longer at its path would be lost.
        if let Err(error) = location.check() {
            answer(batch.drain(..), Some(&error));
            continue;
        }
        let turn = log.turn();
        // The closures' own panics never get here, but dropping their captures or results may panic.
        if catch_unwind(AssertUnwindSafe(|| commit(conn, core, queue, &mut batch, &mut policy))).is_err() {
            tracing::error!("a write panicked while it was put away");
            roll_back(conn);
        }
        log.written(turn);
        queue.give_back(batch.drain(..));
    }
}

/// The outcome of a write.
enum WriteOutcome {
    /// Its changes are part of the transaction. `wakes` are the notifications to send.
    Applied { wakes: Wakes },
    /// It failed and changed nothing.
    Refused,
    /// It failed after changing something, or must be run again.
    Dirty,
}

/// Whether each write of a batch runs in a savepoint.
///
/// With a savepoint SQLite copies every page that a write changes, which is expensive, and writes rarely fail after
/// changing something. So batches first run without savepoints. When such a write occurs, its batch is rolled back and
/// run again with savepoints, and so are the next batches.
#[derive(Default)]
struct SavepointPolicy {
    batches: u32,
}

/// Runs the writes of `batch` in one transaction and answers them. Writes that there was no time for remain in it, as do
/// those that had not run when SQLite rolled the transaction back.
fn commit(conn: &Conn, core: &Core, queue: &Queue, batch: &mut Vec<Queued>, policy: &mut SavepointPolicy) {
    let with_savepoints = policy.batches > 0;
    policy.batches = policy.batches.saturating_sub(1);
    if !run_batch(conn, core, queue, batch, with_savepoints) {
        policy.batches = GUARDED_BATCHES;
        core.counters.retries.fetch_add(1, Ordering::Relaxed);
        run_batch(conn, core, queue, batch, true);
    }
}

/// Makes one attempt. Returns `false` if the writes must be run again in savepoints; none has been answered then.
fn run_batch(conn: &Conn, core: &Core, queue: &Queue, batch: &mut Vec<Queued>, with_savepoints: bool) -> bool {
    if let Err(error) = conn.control("BEGIN IMMEDIATE") {
        tracing::error!(%error, "the write lock was not to be had");
        answer(batch.drain(..), Some(&error));
        return true;
    }
    let (mut applied, mut wakes, mut executed) = (0, Wakes::default(), 0);
    let mut failure = None;
    let keys: Vec<Key> = batch.iter().map(|queued| queued.key).collect();
    let began = Instant::now();
    for queued in batch.iter_mut() {
        if executed > 0 && queue.is_over(began.elapsed(), &keys) {
            break;
        }
        executed += 1;
        let done =
            if with_savepoints { in_savepoint(conn, core, queued) } else { without_savepoint(conn, core, queued) };
        match done {
            Ok(WriteOutcome::Applied { wakes: asked }) => {
                applied += 1;
                wakes |= asked;
            }
            Ok(WriteOutcome::Refused) => {}
            Ok(WriteOutcome::Dirty) => {
                roll_back(conn);
                return false;
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    if failure.is_none() && applied > 0 {
        failure = conn.count_commit().err();
    }
    if failure.is_none() {
        failure = conn.flush_deferred().and_then(|()| conn.control("COMMIT")).err();
    }
    if !with_savepoints && matches!(failure, Some(Error::Unique(_))) {
        // A deferred change failed. Its write gets new ids when it is run again.
        core.ids.move_on();
        roll_back(conn);
        return false;
    }
    if let Some(error) = &failure {
        roll_back(conn);
        if *error == Error::ForeignKey && executed > 1 {
            // A constraint that is checked at the end failed. Running the writes one by one shows whose.
            let writes: Vec<_> = batch.drain(..executed).collect();
            for write in writes {
                run_batch(conn, core, queue, &mut vec![write], true);
            }
            return true;
        }
        core.note(error);
        tracing::error!(%error, writes = executed, "a commit failed");
    } else if applied > 0 {
        core.committed(applied, wakes);
    }
    answer(batch.drain(..executed), failure.as_ref());
    true
}

fn roll_back(conn: &Conn) {
    conn.truncate_deferred(0);
    if !conn.in_no_transaction()
        && let Err(error) = conn.control("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
}

/// Runs one write, again if necessary. An error means that the whole transaction is lost.
fn in_savepoint(conn: &Conn, core: &Core, queued: &mut Queued) -> Result<WriteOutcome> {
    conn.control("SAVEPOINT queued")?;
    let deferred = conn.deferred();
    let mut ending = run_write(conn, core, queued)?;
    for _ in 1..ATTEMPTS {
        if ending != Ending::Collided {
            break;
        }
        core.counters.retries.fetch_add(1, Ordering::Relaxed);
        conn.truncate_deferred(deferred);
        conn.control("ROLLBACK TO queued")?;
        ending = run_write(conn, core, queued)?;
    }
    let outcome = match ending {
        Ending::Done { wakes } => WriteOutcome::Applied { wakes },
        Ending::Refused | Ending::Collided => {
            conn.truncate_deferred(deferred);
            conn.control("ROLLBACK TO queued")?;
            WriteOutcome::Refused
        }
    };
    conn.control("RELEASE queued")?;
    Ok(outcome)
}

/// Runs one write without a savepoint to roll back to.
fn without_savepoint(conn: &Conn, core: &Core, queued: &mut Queued) -> Result<WriteOutcome> {
    let (deferred, changes) = (conn.deferred(), conn.changes_ever());
    Ok(match run_write(conn, core, queued)? {
        Ending::Done { wakes } => WriteOutcome::Applied { wakes },
        Ending::Refused if conn.changes_ever() == changes => {
            conn.truncate_deferred(deferred);
            WriteOutcome::Refused
        }
        Ending::Refused | Ending::Collided => WriteOutcome::Dirty,
    })
}

fn run_write(conn: &Conn, core: &Core, queued: &mut Queued) -> Result<Ending> {
    let ending = queued.run(conn, core);
    if conn.in_no_transaction() {
        // SQLite rolled back the whole transaction: the write that caused it gets the error, and so do the others.
        return Err(match core.full() {
            Some(true) => Error::Full,
            _ => Error::Unavailable("the transaction was given up: the disk may be failing".to_owned()),
        });
    }
    Ok(ending)
}

fn answer(writes: impl Iterator<Item = Queued>, failure: Option<&Error>) {
    for queued in writes {
        // A result that nobody takes is dropped here, which may panic. The others must still be answered.
        if catch_unwind(AssertUnwindSafe(|| queued.answer(failure))).is_err() {
            tracing::error!("the answer of a write panicked when it was dropped");
        }
    }
}

/// Makes the writer's connection report the log's size, in pages, after each of its commits.
pub(crate) fn report_log(conn: &mut Conn, core: &Arc<Core>) -> Result<()> {
    let page: u32 = conn.raw.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let core = Arc::clone(core);
    let hook = move |_: &mut rusqlite::hooks::Wal, pages: i32| {
        let bytes = u64::try_from(pages).unwrap_or(0) * u64::from(page);
        core.counters.log_bytes.store(bytes, Ordering::Relaxed);
        Ok(())
    };
    Ok(conn.raw.wal_hook(Some(hook))?)
}
