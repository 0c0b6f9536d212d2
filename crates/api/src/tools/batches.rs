//! A cache of the batches that streams have just read: hundreds of clients of one app may follow the same events from
//! the same position. The first reads a batch, and the others reuse it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;
use deskwire_store::fair::Key;
use parking_lot::Mutex;

use crate::auth::Scopes;
use crate::versions::Version;

/// How long a batch is cached. Its items show objects as of then.
const MAX_AGE: Duration = Duration::from_secs(1);
/// The maximum number of batches in the cache.
const MAX_BATCHES: usize = 32;

/// The parameters that determine a batch.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Query {
    pub(super) workspace: Key,
    /// The position of the last event before it.
    pub(super) after: i64,
    pub(super) topics: Key,
    pub(super) scopes: Scopes,
    pub(super) version: Version,
    /// The origin for the links of items; `None` without items.
    pub(super) origin: Option<String>,
}

#[derive(Debug)]
struct Batch {
    query: Query,
    text: Bytes,
    last: i64,
    read_at: Instant,
}

/// The cached batches, newest last.
#[derive(Debug, Default)]
pub(crate) struct Batches(Mutex<VecDeque<Batch>>);

impl Batches {
    /// The text of a batch and the position of its last event. Events are only ever appended, so a cached batch is what
    /// a new read could have returned.
    pub(super) fn get(&self, query: &Query) -> Option<(Bytes, i64)> {
        let batches = self.0.lock();
        let found = batches.iter().rev().take_while(|batch| batch.read_at.elapsed() < MAX_AGE);
        found.filter(|batch| batch.query == *query).map(|batch| (batch.text.clone(), batch.last)).next()
    }

    /// Caches a batch.
    pub(super) fn put(&self, query: Query, text: Bytes, last: i64) {
        let mut batches = self.0.lock();
        while batches.len() == MAX_BATCHES || batches.front().is_some_and(|batch| batch.read_at.elapsed() >= MAX_AGE) {
            batches.pop_front();
        }
        batches.push_back(Batch { query, text, last, read_at: Instant::now() });
    }
}
