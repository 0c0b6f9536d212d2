//! Options for opening a database.

use std::time::Duration;

use crate::Clock;

/// Settings of a [`Db`](super::Db). The defaults suit a server.
#[derive(Clone, Debug)]
pub struct Options {
    /// The source of the time.
    pub clock: Clock,
    /// SQLite: the maximum number of connections for point reads, opened when first needed. Point reads run on the
    /// runtime's own threads, so no more connections than threads are ever active at once.
    pub read_connections: usize,
    /// The maximum number of concurrent searches, each on its own connection, on either database.
    pub search_connections: usize,
    /// The maximum number of searches of one workspace that may wait for a place. Further ones get
    /// [`Error::Busy`](super::Error::Busy).
    pub search_queue: usize,
    /// How long a search may wait and run in total before it gets [`Error::Timeout`](super::Error::Timeout).
    pub search_timeout: Duration,
    /// PostgreSQL: the maximum number of connections for reads and writes, opened when first needed.
    pub pg_pool: usize,
    /// How long a read or write waits for a connection, or a write for a lock that another process holds, before it
    /// gets [`Error::Busy`](super::Error::Busy). On PostgreSQL this limits waiting and running together: a server that
    /// has not answered by then is [`Error::Unavailable`](super::Error::Unavailable).
    pub busy_timeout: Duration,
    /// SQLite: the maximum number of writes that may wait for the writer. One workspace gets at most three quarters of
    /// them. Further writes wait for a place in the queue, no longer than `busy_timeout`.
    pub write_queue: usize,
    /// SQLite: the maximum number of writes that may share one commit.
    pub write_batch: usize,
    /// Makes the ids repeatable, together with a frozen clock. For tests.
    pub seed: Option<u64>,
    /// PostgreSQL: the longest random delay before each statement of a write, so that writes conflict. For tests.
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
