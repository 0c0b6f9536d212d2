//! State shared by all lanes of a database.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::Options;
use crate::Error;
use crate::fair::{Key, Refused};
use crate::mint::Ids;

/// How long a write that failed for lack of space counts as recent.
const LATELY: Duration = Duration::from_secs(2);
/// The size of the row that tests for free space. PostgreSQL limits keys to this length.
const ROOM: usize = 2_500;

/// What to wake after a write has committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wakes {
    /// Set by [`Tx::wake_worker`](super::Tx::wake_worker).
    pub(crate) worker: bool,
    /// Set by [`Tx::wake_for_jobs`](super::Tx::wake_for_jobs).
    pub(crate) jobs: bool,
}

impl std::ops::BitOrAssign for Wakes {
    fn bitor_assign(&mut self, other: Wakes) {
        self.worker |= other.worker;
        self.jobs |= other.jobs;
    }
}

/// The state that the lanes, the writer and the checkpoint thread share.
pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) ids: Ids,
    pub(crate) woken: Notify,
    pub(crate) jobs: Notify,
    pub(crate) announcements: Announcements,
    pub(crate) counters: Counters,
    pub(crate) searches: crate::search::Memory,
    /// When a write last failed for lack of space, unless one has succeeded since.
    full: Mutex<Option<Instant>>,
}

impl Core {
    pub(crate) fn new(options: Options) -> Core {
        Core {
            ids: Ids::new(options.clock.clone(), options.seed),
            options,
            woken: Notify::new(),
            jobs: Notify::new(),
            announcements: Announcements::default(),
            counters: Counters::default(),
            searches: crate::search::Memory::default(),
            full: Mutex::new(None),
        }
    }

    /// Records the time of an [`Error::Full`]; other errors are ignored.
    pub(crate) fn note(&self, error: &Error) {
        if *error == Error::Full {
            *self.full.lock() = Some(Instant::now());
        }
    }

    /// Returns whether the last lack of space was recent. `None` if a write has succeeded since, or none has failed.
    pub(crate) fn full(&self) -> Option<bool> {
        self.full.lock().map(|at| at.elapsed() < LATELY)
    }

    /// Counts a commit of `writes` writes and sends the notifications that they requested.
    pub(crate) fn committed(&self, writes: u64, wakes: Wakes) {
        self.counters.batches.fetch_add(1, Ordering::Relaxed);
        self.counters.writes.fetch_add(writes, Ordering::Relaxed);
        // A small write may fit where larger ones do not.
        if self.full() == Some(false) {
            *self.full.lock() = None;
        }
        if wakes.worker {
            self.woken.notify_one();
        }
        if wakes.jobs {
            self.jobs.notify_one();
        }
    }
}

/// A counter for each followed workspace, which changes when the workspace's history grows. Followers are woken only
/// for their own workspace.
#[derive(Default)]
pub(crate) struct Announcements(Mutex<HashMap<Key, watch::Sender<u64>>>);

impl Announcements {
    pub(crate) fn follow(&self, workspace: Key) -> watch::Receiver<u64> {
        let mut followed = self.0.lock();
        // Removes counters without followers, so that there are never more than a few per follower.
        followed.retain(|key, counter| *key == workspace || counter.receiver_count() > 0);
        followed.entry(workspace).or_insert_with(|| watch::Sender::new(0)).subscribe()
    }

    pub(crate) fn announce(&self, workspace: Key) {
        if let Some(counter) = self.0.lock().get(&workspace) {
            counter.send_modify(|count| *count = count.wrapping_add(1));
        }
    }

    pub(crate) fn announce_all(&self) {
        for counter in self.0.lock().values() {
            counter.send_modify(|count| *count = count.wrapping_add(1));
        }
    }
}

/// Returns the error for a caller who got no place in a lane.
pub(crate) fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Full | Refused::Late => Error::Busy,
        Refused::Closed => Error::Unavailable("the database is closed".to_owned()),
    }
}

/// The running totals behind [`Stats`].
#[derive(Default)]
pub(crate) struct Counters {
    /// Writes queued for SQLite's writer, without those of the running batch.
    pub(crate) waiting: AtomicUsize,
    pub(crate) batches: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) statements: AtomicU64,
    pub(crate) round_trips: AtomicU64,
    pub(crate) log_bytes: AtomicU64,
}

/// Statistics since the database was opened, for `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Commits. On SQLite a commit contains one or more writes.
    pub write_batches: u64,
    /// Committed writes.
    pub writes: u64,
    /// Transactions that were run again: after a conflict or a lost connection (PostgreSQL), to undo a part of a batch
    /// (SQLite), or because of a duplicate id.
    pub retries: u64,
    /// Statements of successful transactions, without those that begin and end a transaction.
    pub statements: u64,
    /// Round trips to PostgreSQL; 0 on SQLite.
    pub round_trips: u64,
    /// The size of SQLite's write-ahead log in bytes; 0 on PostgreSQL.
    pub wal_bytes: u64,
    /// Writes queued for SQLite's writer. On PostgreSQL, connections in use or waited for.
    pub queue_depth: u64,
}

/// Tests for free space: writes a row that needs more space, and rolls it back.
pub(crate) fn room(tx: &mut crate::Tx<'_>) -> crate::Result<()> {
    let text = " ".repeat(ROOM);
    tx.execute("INSERT INTO epochs (name, value) VALUES ($1, 0) ON CONFLICT DO NOTHING", crate::params![&text])?;
    tx.execute("DELETE FROM epochs WHERE name = $1", crate::params![&text])?;
    Ok(())
}
