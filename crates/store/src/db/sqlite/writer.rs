//! The one writer: takes all the writes that wait, commits them together, then answers them all.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use super::Conn;
use super::checkpoint::Checkpointer;
use super::conn::run;
use crate::db::block::block_on;
use crate::db::core::Core;
use crate::db::tx::{ATTEMPTS, Lane, Tx};
use crate::{Error, Result};

/// How a closure ended.
#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Done {
        wake: bool,
    },
    Refused,
    /// It met an id that another process had made, and is to be run again.
    Collided,
}

/// A write waiting for its turn.
trait Job: Send {
    /// Runs the closure, and keeps its answer.
    fn run(&mut self, conn: &Conn, core: &Core) -> Ending;

    /// Answers the caller, who learns of `failure` if the commit did not succeed.
    fn answer(self: Box<Self>, failure: Option<&Error>);
}

struct Write<T, E, F> {
    f: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Write<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &Conn, core: &Core) -> Ending {
        let ran = run(conn, Lane::Write, core, None, &mut self.f);
        let ending = match (&ran.result, ran.collided) {
            (Ok(_), _) => Ending::Done { wake: ran.wake },
            (Err(_), true) => Ending::Collided,
            (Err(_), false) => Ending::Refused,
        };
        self.result = Some(ran.result);
        ending
    }

    fn answer(self: Box<Self>, failure: Option<&Error>) {
        let result = match (self.result, failure) {
            // The closure's own refusal stands, whatever became of the others.
            (Some(Err(error)), _) => Err(error),
            (_, Some(failure)) => Err(failure.clone().into()),
            (Some(Ok(value)), None) => Ok(value),
            (None, None) => Err(closed().into()),
        };
        // A caller who went away no longer wants to know.
        let _ = self.reply.send(result);
    }
}

enum Message {
    Write(Box<dyn Job>),
    Stop,
}

/// The way to the writer thread.
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(conn: Conn, core: Arc<Core>, log: Arc<Checkpointer>) -> Result<Writer> {
        let (queue, jobs) = mpsc::channel(core.options.write_queue.max(1));
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(&conn, &core, &log, jobs))
            .map_err(|e| Error::Unavailable(format!("starting the writer: {e}")))?;
        Ok(Writer { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Queues a write and waits until it is committed. Once queued it runs even if nobody waits.
    pub(crate) async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Message::Write(Box::new(Write { f, result: None, reply }));
        self.queue.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// How many writes wait.
    pub(crate) fn depth(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Commits what is queued, refuses what comes after, and waits for the thread to end.
    pub(crate) fn close(&self) {
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            // Fails when the thread has already ended, which is just as well.
            let _ = block_on(self.queue.send(Message::Stop));
            if thread.join().is_err() {
                tracing::error!("the writer thread panicked");
            }
        }
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

/// How many batches run with savepoints after one that turned out to need them.
const CAREFUL: u32 = 50;

fn serve(conn: &Conn, core: &Core, log: &Checkpointer, mut jobs: mpsc::Receiver<Message>) {
    let limit = core.options.write_batch.max(1);
    let mut care = Care::default();
    let mut batch: Vec<Box<dyn Job>> = Vec::with_capacity(limit);
    while let Some(first) = jobs.blocking_recv() {
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Write(job) => batch.push(job),
                Message::Stop => jobs.close(), // what was queued before is still received
            }
            if batch.len() < limit {
                next = jobs.try_recv().ok();
            }
        }
        while !batch.is_empty() {
            let turn = log.turn();
            // The closures' own panics never get here, but dropping what they hold or answer may.
            if catch_unwind(AssertUnwindSafe(|| commit(conn, core, &mut batch, &mut care))).is_err() {
                tracing::error!("a write panicked while it was put away");
                roll_back(conn);
            }
            log.written(turn);
        }
    }
}

/// What became of a job.
enum Ran {
    /// Its changes are kept; whether it asked for the worker to be woken.
    Kept { wake: bool },
    /// It was refused, and has changed nothing.
    Refused,
    /// It was refused, but what it had changed is still there; or it has to be run again.
    Stained,
}

/// Whether the jobs of a batch run in a savepoint each.
///
/// A savepoint lets SQLite set aside a copy of every page that a job touches, which costs a good part of what the job
/// itself does; and hardly ever is a job refused after it has changed something. So there are none at first. When such
/// a job turns up, its batch is undone and run again with them, and so are the batches after it for a while.
#[derive(Default)]
struct Care {
    batches: u32,
}

/// Runs the jobs of `batch` in one transaction and answers them. Jobs remain in it only if SQLite gave
/// up the transaction half way: they have not run yet.
fn commit(conn: &Conn, core: &Core, batch: &mut Vec<Box<dyn Job>>, care: &mut Care) {
    let guarded = care.batches > 0;
    care.batches = care.batches.saturating_sub(1);
    if !together(conn, core, batch, guarded) {
        care.batches = CAREFUL;
        core.counters.retries.fetch_add(1, Ordering::Relaxed);
        together(conn, core, batch, true);
    }
}

/// The same, once: false when none was answered, because they have to be run in savepoints.
fn together(conn: &Conn, core: &Core, batch: &mut Vec<Box<dyn Job>>, guarded: bool) -> bool {
    if let Err(error) = conn.control("BEGIN IMMEDIATE") {
        tracing::error!(%error, "the write lock was not to be had");
        answer(batch.drain(..), Some(&error));
        return true;
    }
    let (mut kept, mut wake, mut ran) = (0, false, 0);
    let mut failure = None;
    for job in batch.iter_mut() {
        ran += 1;
        let done = if guarded { in_savepoint(conn, core, job.as_mut()) } else { unguarded(conn, core, job.as_mut()) };
        match done {
            Ok(Ran::Kept { wake: asked }) => {
                kept += 1;
                wake |= asked;
            }
            Ok(Ran::Refused) => {}
            Ok(Ran::Stained) => {
                roll_back(conn);
                return false;
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    if failure.is_none() && kept > 0 {
        failure = conn.count_commit().err();
    }
    if failure.is_none() {
        failure = conn.catch_up().and_then(|()| conn.control("COMMIT")).err();
    }
    if let Some(error) = &failure {
        roll_back(conn);
        if *error == Error::ForeignKey && ran > 1 {
            // Somebody broke a key that is checked at the end: only running them one by one shows who.
            let jobs: Vec<_> = batch.drain(..ran).collect();
            for job in jobs {
                together(conn, core, &mut vec![job], true);
            }
            return true;
        }
        tracing::error!(%error, writes = ran, "a commit failed");
    } else if kept > 0 {
        core.committed(kept, wake);
    }
    answer(batch.drain(..ran), failure.as_ref());
    true
}

fn roll_back(conn: &Conn) {
    conn.forget_later(0);
    if !conn.in_no_transaction()
        && let Err(error) = conn.control("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
}

/// Runs one job, again if it has to be; an error means that the whole transaction is lost.
fn in_savepoint(conn: &Conn, core: &Core, job: &mut dyn Job) -> Result<Ran> {
    conn.control("SAVEPOINT job")?;
    let put_off = conn.put_off();
    let mut ending = run_job(conn, core, job)?;
    for _ in 1..ATTEMPTS {
        if ending != Ending::Collided {
            break;
        }
        core.counters.retries.fetch_add(1, Ordering::Relaxed);
        conn.forget_later(put_off);
        conn.control("ROLLBACK TO job")?;
        ending = run_job(conn, core, job)?;
    }
    let ran = match ending {
        Ending::Done { wake } => Ran::Kept { wake },
        Ending::Refused | Ending::Collided => {
            conn.forget_later(put_off);
            conn.control("ROLLBACK TO job")?;
            Ran::Refused
        }
    };
    conn.control("RELEASE job")?;
    Ok(ran)
}

/// Runs one job without a savepoint to go back to.
fn unguarded(conn: &Conn, core: &Core, job: &mut dyn Job) -> Result<Ran> {
    let (put_off, changes) = (conn.put_off(), conn.changes_ever());
    Ok(match run_job(conn, core, job)? {
        Ending::Done { wake } => Ran::Kept { wake },
        Ending::Refused if conn.changes_ever() == changes => {
            conn.forget_later(put_off);
            Ran::Refused
        }
        Ending::Refused | Ending::Collided => Ran::Stained,
    })
}

fn run_job(conn: &Conn, core: &Core, job: &mut dyn Job) -> Result<Ending> {
    let ending = job.run(conn, core);
    if conn.in_no_transaction() {
        return Err(Error::Database("the transaction was given up (disk full or failing?)".to_owned()));
    }
    Ok(ending)
}

fn answer(jobs: impl Iterator<Item = Box<dyn Job>>, failure: Option<&Error>) {
    for job in jobs {
        job.answer(failure);
    }
}

/// Lets the writer connection report the log's size, in pages, after each of its commits.
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
