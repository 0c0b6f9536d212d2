//! Checkpoints the write-ahead log on a separate thread, never in the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard, RwLock, RwLockReadGuard};
use rusqlite::MAIN_DB;
use rusqlite::wal::CheckpointMode;

use super::Conn;
use super::location::Location;
use crate::db::core::Core;
use crate::{Error, Result};

/// The growth of the log after which a passive checkpoint is made. It copies a page that was written often only once.
const PASSIVE: u64 = 16 << 20;
/// The log size above which the log is restarted, which delays searches briefly.
const RESTART: u64 = 128 << 20;
/// The log size above which new searches wait until the oldest one has ended.
const INSIST: u64 = 512 << 20;
/// How long searches wait below that size.
const MOMENT: Duration = Duration::from_millis(100);
/// How long the writer waits for reads, which are short, and for other processes.
const BRIEF: Duration = Duration::from_millis(20);
/// The interval between attempts while the log is large.
const PAUSE: Duration = Duration::from_millis(500);
/// The interval between checks that the files are at their paths.
const LOOK: Duration = Duration::from_secs(1);

/// The checkpoint thread.
pub(crate) struct Checkpointer {
    core: Arc<Core>,
    location: Arc<Location>,
    /// The size of the log at which the next checkpoint is due.
    next: AtomicU64,
    /// Locked by the writer while it commits, and by this thread while it restarts the log. SQLite's own lock is not
    /// fair: under load the writer would always win it.
    turn: Mutex<()>,
    /// Locked in shared mode by running searches. The log cannot be restarted while it is read, and a search may take
    /// long, so new searches wait rather than the writer.
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
    /// Starts the thread, with its own connection.
    pub(crate) fn start(mut conn: Conn, core: Arc<Core>, location: Arc<Location>) -> Result<Arc<Checkpointer>> {
        let this = Arc::new(Checkpointer {
            core,
            location,
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

    /// Waits until a search may begin, and prevents a restart of the log until the search has ended.
    pub(crate) fn search(&self) -> RwLockReadGuard<'_, ()> {
        self.searching.read()
    }

    /// Called by the writer after each commit, with its turn.
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

    /// Makes a last checkpoint and waits for the thread to end.
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
        let mut is_complete = false;
        loop {
            let due = {
                let mut state = self.state.lock();
                if !state.due && !state.stop {
                    self.changed.wait_for(&mut state, LOOK);
                }
                if state.stop {
                    break;
                }
                std::mem::take(&mut state.due)
            };
            is_complete = self.location.check().is_err() && (is_complete || self.complete_file(conn));
            if !due {
                continue;
            }
            if let Err(error) = self.empty(conn) {
                tracing::warn!(%error, log_bytes = self.bytes(), "a checkpoint failed");
            }
            let until = Instant::now() + PAUSE;
            let mut state = self.state.lock();
            while !state.stop && !self.changed.wait_until(&mut state, until).timed_out() {}
        }
        // Another process may be using the file. The log then stays, and nothing is lost.
        let wait = Duration::from_secs(1);
        match self.start_over(conn, CheckpointMode::TRUNCATE, wait) {
            Ok(()) | Err(Error::Busy) => {}
            Err(error) => tracing::warn!(%error, "the last checkpoint failed"),
        }
    }

    /// Moves the whole log into the open file, so that the file is complete wherever it is now, and another file at its
    /// path cannot mistake the log for its own. Returns `false` if this must be tried again.
    fn complete_file(&self, conn: &mut Conn) -> bool {
        match self.start_over(conn, CheckpointMode::TRUNCATE, MOMENT) {
            Ok(()) => true,
            Err(Error::Busy) => false,
            Err(error) => {
                tracing::warn!(%error, "emptying the write-ahead log of the displaced database failed");
                true
            }
        }
    }

    fn empty(&self, conn: &mut Conn) -> Result<()> {
        let moved = self.bytes();
        // After a failure, the next attempt comes soon enough.
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
        // Copies what was committed in the meantime, so that the writer does not wait long.
        conn.raw.wal_checkpoint_v2(Some(MAIN_DB), CheckpointMode::PASSIVE)?;
        match self.start_over(conn, CheckpointMode::RESTART, BRIEF) {
            Err(Error::Busy) => {
                self.later();
                Ok(())
            }
            done => done,
        }
    }

    /// Schedules the next attempt: the log is still being read, and the readers will end soon.
    fn later(&self) {
        self.state.lock().due = true;
    }

    /// Checkpoints the whole log and restarts it, waiting up to `wait` for readers.
    fn start_over(&self, conn: &mut Conn, mode: CheckpointMode, wait: Duration) -> Result<()> {
        conn.patient(wait)?;
        let _turn = self.turn.lock();
        conn.raw.wal_checkpoint_v2(Some(MAIN_DB), mode)?;
        self.core.counters.log_bytes.store(0, Ordering::Relaxed);
        self.next.store(PASSIVE, Ordering::Relaxed);
        Ok(())
    }
}
