//! The cache of searches: counts, and the frequency of trigrams.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::{Result, Snapshot};

/// The number of filters whose counts are kept.
const MAX_ENTRIES: usize = 512;
/// The number of counts kept per filter. A connection to SQLite compares snapshots only with its own.
const SNAPSHOTS: usize = 8;
/// How long to wait for another search to compute a count.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long the frequency of a trigram is cached.
const FREQUENCY_MAX_AGE: Duration = Duration::from_secs(600);
/// The number of trigrams whose frequency is cached.
const PIECES: usize = 20_000;

/// The cache of one database.
#[derive(Default)]
pub(crate) struct Memory {
    counts: Mutex<Counts>,
    pieces: Mutex<HashMap<String, (u64, Instant)>>,
}

#[derive(Default)]
struct Counts {
    entries: HashMap<String, (Arc<Entry>, u64)>,
    clock: u64,
}

/// The counts of one filter.
#[derive(Default)]
struct Entry {
    state: Mutex<State>,
    done: Condvar,
}

#[derive(Default)]
struct State {
    known: VecDeque<(Snapshot, u64)>,
    running: bool,
    /// When the waiting transactions began.
    waiting: Vec<Instant>,
    /// When the transaction that computed the last count began, and the count.
    last: Option<(Instant, u64)>,
}

impl Memory {
    /// Returns the frequency of a trigram, if it is cached.
    pub(crate) fn frequency(&self, piece: &str) -> Option<u64> {
        let pieces = self.pieces.lock();
        let (count, at) = pieces.get(piece)?;
        (at.elapsed() < FREQUENCY_MAX_AGE).then_some(*count)
    }

    pub(crate) fn keep_frequency(&self, piece: &str, count: u64) {
        let mut pieces = self.pieces.lock();
        if pieces.len() >= PIECES {
            pieces.clear();
        }
        pieces.insert(piece.to_owned(), (count, Instant::now()));
    }

    /// Returns the count kept for `snapshot`, or the result of `compute`. Concurrent searches for the same count
    /// compute it once for all. They accept only a count from a transaction that began no earlier than their own
    /// (`begun`), because it includes everything committed by then.
    pub(crate) fn count(
        &self,
        key: String,
        snapshot: Option<Snapshot>,
        begun: Instant,
        compute: impl FnOnce() -> Result<u64>,
    ) -> Result<u64> {
        let Some(snapshot) = snapshot else {
            return compute();
        };
        let entry = self.counts.lock().entry(key);
        if let Some(count) = entry.wait(&snapshot, begun) {
            return Ok(count);
        }
        // Waiters must be released even if computing fails or panics.
        let running = Running(&entry);
        let count = compute()?;
        {
            let mut state = entry.state.lock();
            if state.last.is_none_or(|(at, _)| at < begun) {
                state.last = Some((begun, count));
            }
            if state.known.len() >= SNAPSHOTS {
                state.known.pop_front();
            }
            state.known.push_back((snapshot, count));
        }
        drop(running);
        Ok(count)
    }
}

impl Counts {
    fn entry(&mut self, key: String) -> Arc<Entry> {
        self.clock += 1;
        if self.entries.len() >= MAX_ENTRIES && !self.entries.contains_key(&key) {
            // Evicts the least recently used half.
            let mut used: Vec<u64> = self.entries.values().map(|(_, used)| *used).collect();
            used.sort_unstable();
            let middle = used[used.len() / 2];
            self.entries.retain(|_, (_, used)| *used > middle);
        }
        let (entry, used) = self.entries.entry(key).or_default();
        *used = self.clock;
        Arc::clone(entry)
    }
}

impl Entry {
    /// Waits for a count. `None` if the caller must compute it.
    fn wait(&self, snapshot: &Snapshot, begun: Instant) -> Option<u64> {
        let mut state = self.state.lock();
        let mut waiting = false;
        let found = loop {
            if let Some((_, count)) = state.known.iter().find(|(known, _)| known == snapshot) {
                break Some(*count);
            }
            if let Some((at, count)) = state.last
                && at >= begun
            {
                break Some(count);
            }
            // The newest of the waiting transactions can compute it for all.
            if !state.running && state.waiting.iter().all(|at| *at <= begun) {
                state.running = true;
                break None;
            }
            if !waiting {
                waiting = true;
                state.waiting.push(begun);
            }
            if self.done.wait_for(&mut state, TIMEOUT).timed_out() {
                break None;
            }
        };
        if waiting && let Some(mine) = state.waiting.iter().position(|at| *at == begun) {
            state.waiting.swap_remove(mine);
        }
        found
    }
}

struct Running<'e>(&'e Entry);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.state.lock().running = false;
        self.0.done.notify_all();
    }
}
