//! Moves what was committed from the log into the database file, beside the writer, never within it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
use rusqlite::MAIN_DB;
use rusqlite::wal::CheckpointMode;

use super::Conn;
use crate::db::core::Core;
use crate::{Error, Result};

/// Whenever the log has grown by so much, what can be moved without waiting for anybody is moved. Pages that are
/// written again and again are moved once each time.
const PASSIVE: u64 = 16 << 20;
/// From this size on the log is started over, which holds searches up for a moment.
const RESTART: u64 = 128 << 20;
/// From this size on searches that would begin wait until the oldest one has ended.
const INSIST: u64 = 512 << 20;
/// How long they wait before.
const MOMENT: Duration = Duration::from_millis(100);
/// How long the writer waits for reads, which are short, and for other processes.
const BRIEF: Duration = Duration::from_millis(20);
/// Between two attempts, while the log stays large.
const PAUSE: Duration = Duration::from_millis(500);

/// The thread that empties the log.
pub(crate) struct Checkpointer {
    core: Arc<Core>,
    /// The size of the log from which on it is time to move something.
    next: AtomicU64,
    /// Held by the writer while it commits, and by this thread while the log is started over: SQLite's own lock is
    /// had by whoever asks at the right moment, which under load is always the writer.
    turn: Mutex<()>,
    /// Shared by the searches that run. The log cannot be started over while somebody reads it, and a search may read
    /// for long: so those that would begin wait, rather than the writer.
    searching: RwLock<()>,
    state: Mutex<State>,
    changed: Condvar,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    due: bool,
    stop: bool,
}

impl Checkpointer {
    /// Starts the thread, with a connection of its own.
    pub(crate) fn start(mut conn: Conn, core: Arc<Core>) -> Result<Arc<Checkpointer>> {
        let this = Arc::new(Checkpointer {
            core,
            next: AtomicU64::new(PASSIVE),
            turn: Mutex::default(),
            searching: RwLock::default(),
            state: Mutex::default(),
            changed: Condvar::new(),
            thread: Mutex::new(None),
        });
        let it = Arc::clone(&this);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || it.serve(&mut conn))
            .map_err(|e| Error::Unavailable(format!("starting checkpoints: {e}")))?;
        *this.thread.lock() = Some(thread);
        Ok(this)
    }

    /// Waits until the writer may commit.
    pub(crate) fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock()
    }

    /// Waits until a search may begin, and keeps the log from being started over until it has ended.
    pub(crate) fn search(&self) -> RwLockReadGuard<'_, ()> {
        self.searching.read()
    }

    /// Called by the writer after each commit, with the turn it had.
    pub(crate) fn written(&self, turn: MutexGuard<'_, ()>) {
        MutexGuard::unlock_fair(turn);
        if self.bytes() >= self.next.load(Ordering::Relaxed) {
            let mut state = self.state.lock();
            if !state.due {
                state.due = true;
                self.changed.notify_one();
            }
        }
    }

    /// Empties the log one last time and waits for the thread to end.
    pub(crate) fn close(&self) {
        self.state.lock().stop = true;
        self.changed.notify_one();
        let thread = self.thread.lock().take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the checkpoint thread panicked");
        }
    }

    fn bytes(&self) -> u64 {
        self.core.counters.log_bytes.load(Ordering::Relaxed)
    }

    fn serve(&self, conn: &mut Conn) {
        loop {
            {
                let mut state = self.state.lock();
                while !state.due && !state.stop {
                    self.changed.wait(&mut state);
                }
                if state.stop {
                    break;
                }
                state.due = false;
            }
            if let Err(error) = self.empty(conn) {
                tracing::warn!(%error, log_bytes = self.bytes(), "a checkpoint failed");
            }
            let until = Instant::now() + PAUSE;
            let mut state = self.state.lock();
            while !state.stop && !self.changed.wait_until(&mut state, until).timed_out() {}
        }
        // Another process may be at work on the file: then it keeps the log, and nothing is lost.
        let wait = Duration::from_secs(1);
        if let Err(error) = self.start_over(conn, CheckpointMode::TRUNCATE, wait) {
            tracing::warn!(%error, "the last checkpoint failed");
        }
    }

    fn empty(&self, conn: &mut Conn) -> Result<()> {
        let moved = self.bytes();
        // Also where it fails, it will be time again soon enough.
        self.next.store((moved + PASSIVE).min(RESTART.max(moved)), Ordering::Relaxed);
        conn.raw.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE)?;
        let patience = match self.bytes() {
            INSIST.. => self.core.options.search_timeout + Duration::from_secs(1),
            RESTART.. => MOMENT,
            _ => return Ok(()),
        };
        let Some(_no_search) = self.searching.try_write_for(patience) else {
            self.later();
            return Ok(());
        };
        // What was committed meanwhile, so that the writer waits for little.
        conn.raw.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE)?;
        match self.start_over(conn, CheckpointMode::RESTART, BRIEF) {
            Err(Error::Busy) => {
                self.later();
                Ok(())
            }
            done => done,
        }
    }

    /// Somebody still reads the log; soon they will not.
    fn later(&self) {
        self.state.lock().due = true;
    }

    /// Moves everything and lets the log begin anew, waiting up to `wait` for those who read it.
    fn start_over(&self, conn: &mut Conn, mode: CheckpointMode, wait: Duration) -> Result<()> {
        conn.patient(wait)?;
        let _turn = self.turn.lock();
        conn.raw.wal_checkpoint_v2(Some(MAIN_DB), mode)?;
        self.core.counters.log_bytes.store(0, Ordering::Relaxed);
        self.next.store(PASSIVE, Ordering::Relaxed);
        Ok(())
    }
}
