//! How a database is opened.

use std::time::Duration;

use crate::Clock;

/// Settings of a [`Db`](super::Db); the defaults suit a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the time comes from.
    pub clock: Clock,
    /// SQLite: connections for point reads, opened when first needed. They run on the runtime's own
    /// threads, so more than there are of those never work at once.
    pub read_connections: usize,
    /// Searches that may run at once, each with a connection of its own, on either database.
    pub search_connections: usize,
    /// Searches of one workspace that may wait for a place; further ones get [`Error::Busy`](super::Error::Busy).
    pub search_queue: usize,
    /// How long a search may wait and run altogether before it gets [`Error::Timeout`](super::Error::Timeout).
    pub search_timeout: Duration,
    /// PostgreSQL: connections for reads and writes, opened when first needed.
    pub pg_pool: usize,
    /// How long a read or write waits for a connection, or a write for a lock held by another
    /// process, before it gets [`Error::Busy`](super::Error::Busy). On PostgreSQL it bounds waiting and running
    /// together: a server that has not answered by then is [`Error::Unavailable`](super::Error::Unavailable).
    pub busy_timeout: Duration,
    /// SQLite: writes that may wait for the writer, three quarters of them of one workspace; further ones wait to be
    /// let in, no longer than `busy_timeout`.
    pub write_queue: usize,
    /// SQLite: writes that may share one commit.
    pub write_batch: usize,
    /// Makes the ids repeatable, together with a frozen clock. For tests.
    pub seed: Option<u64>,
    /// PostgreSQL: the longest random wait before each statement of a write, so that writes meet. For tests.
    pub jitter: Option<Duration>,
}

impl Default for Options {
    fn default() -> Options {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Options {
            clock: Clock::system(),
            read_connections: cores.max(2),
            search_connections: 4,
            search_queue: 256,
            search_timeout: Duration::from_secs(10),
            pg_pool: 16,
            busy_timeout: Duration::from_secs(5),
            write_queue: 1024,
            write_batch: 128,
            seed: None,
            jitter: None,
        }
    }
}
