//! What every lane of a database shares.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::Options;
use crate::Error;
use crate::fair::{Key, Refused};
use crate::mint::Ids;

/// A database that was full so lately is held to be full.
const LATELY: Duration = Duration::from_secs(2);
/// Bytes that tell whether there is room. PostgreSQL takes no longer keys.
const ROOM: usize = 2_500;

/// Whom a write asked to wake once it has committed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wakes {
    /// [`Tx::wake_worker`](super::Tx::wake_worker).
    pub(crate) worker: bool,
    /// [`Tx::wake_for_jobs`](super::Tx::wake_for_jobs).
    pub(crate) jobs: bool,
}

impl std::ops::BitOrAssign for Wakes {
    fn bitor_assign(&mut self, other: Wakes) {
        self.worker |= other.worker;
        self.jobs |= other.jobs;
    }
}

/// Shared by the lanes, the writer and the checkpoint thread.
pub(crate) struct Core {
    pub(crate) options: Options,
    pub(crate) ids: Ids,
    pub(crate) woken: Notify,
    pub(crate) jobs: Notify,
    pub(crate) announcements: Announcements,
    pub(crate) counters: Counters,
    pub(crate) searches: crate::search::Memory,
    /// When a write last failed for want of space, unless one has succeeded a while after that.
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

    /// Remembers a want of space.
    pub(crate) fn note(&self, error: &Error) {
        if *error == Error::Full {
            *self.full.lock() = Some(Instant::now());
        }
    }

    /// Whether a write failed for want of space and none has shown since that there is some; and whether only just.
    pub(crate) fn full(&self) -> Option<bool> {
        self.full.lock().map(|at| at.elapsed() < LATELY)
    }

    /// Counts a commit of `writes` writes and wakes whom one of them asked to wake.
    pub(crate) fn committed(&self, writes: u64, wakes: Wakes) {
        self.counters.batches.fetch_add(1, Ordering::Relaxed);
        self.counters.writes.fetch_add(writes, Ordering::Relaxed);
        // A small write may fit where others do not.
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

/// Counters by workspace that move when events became part of its history: nobody is woken for another's.
#[derive(Default)]
pub(crate) struct Announcements(Mutex<HashMap<Key, watch::Sender<u64>>>);

impl Announcements {
    pub(crate) fn follow(&self, workspace: Key) -> watch::Receiver<u64> {
        let mut followed = self.0.lock();
        // Whoever has gone leaves a counter behind; there are never more than a few per follower.
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

/// What a caller is told who got no place in a lane.
pub(crate) fn refused(refused: Refused) -> Error {
    match refused {
        Refused::Full | Refused::Late => Error::Busy,
        Refused::Closed => Error::Unavailable("the database is closed".to_owned()),
    }
}

/// Running totals behind [`Stats`].
#[derive(Default)]
pub(crate) struct Counters {
    /// Writes that wait for SQLite's one writer, besides those of the batch at work.
    pub(crate) waiting: AtomicUsize,
    pub(crate) batches: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) statements: AtomicU64,
    pub(crate) log_bytes: AtomicU64,
}

/// What a database has done since it was opened, for `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Commits; on SQLite each holds one or more writes.
    pub write_batches: u64,
    /// Writes committed.
    pub writes: u64,
    /// Transactions run again: after a conflict or a lost connection (PostgreSQL), to undo a part of a shared one
    /// (SQLite), or because an id was taken.
    pub retries: u64,
    /// Statements run by transactions that did not fail, besides those that begin and end them.
    pub statements: u64,
    /// Bytes in SQLite's write-ahead log not yet started over; 0 elsewhere.
    pub wal_bytes: u64,
    /// Writes waiting for SQLite's writer, or for a connection slot elsewhere (in use counts too).
    pub queue_depth: u64,
}

/// Writes what needs more room, and takes it back.
pub(crate) fn room(tx: &mut crate::Tx<'_>) -> crate::Result<()> {
    let text = " ".repeat(ROOM);
    tx.execute("INSERT INTO epochs (name, value) VALUES ($1, 0) ON CONFLICT DO NOTHING", crate::params![&text])?;
    tx.execute("DELETE FROM epochs WHERE name = $1", crate::params![&text])?;
    Ok(())
}
