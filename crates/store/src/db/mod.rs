//! A database, SQLite or PostgreSQL, and its three lanes.

mod block;
mod closure;
mod core;
mod deadline;
mod error;
mod hold;
mod lanes;
mod lone;
mod migrate;
mod options;
mod postgres;
mod row;
mod run;
mod snapshot;
mod sqlite;
#[cfg(test)]
mod translate;
mod tx;
mod value;
mod workspace_tx;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rusqlite::OpenFlags;
use tokio::sync::{Notify, watch};

pub use self::core::Stats;
pub use error::Error;
pub use hold::Hold;
pub use migrate::Migration;
pub use options::Options;
pub use postgres::{Channel, ON_COORDINATOR, SHARED_TABLES};
pub use row::{FromColumn, Row};
pub use snapshot::Snapshot;
pub use tx::Tx;
pub use value::Value;
pub use workspace_tx::WorkspaceTx;

pub(crate) use sqlite::Deferred;

use self::core::Core;
use crate::fair::Key;
use crate::{Clock, Result};
pub(crate) use migrate::EMBEDDED;
use migrate::OnSqlite;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL, or a database that speaks its wire protocol.
    Postgres,
}

/// A database. Clones share it; dropping the last one closes it.
///
/// The closures given to `read`, `search` and `write` act only through their [`Tx`]. They may run more than once: on
/// PostgreSQL after a conflict, on SQLite when another write of the same commit has to be undone. Calling the same `Db`
/// from inside a closure may deadlock.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    core: Arc<Core>,
    key: Key,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("dialect", &self.dialect()).finish_non_exhaustive()
    }
}

#[derive(Clone)]
enum Engine {
    File(Arc<sqlite::File>),
    Memory(Arc<sqlite::Memory>),
    Postgres(Arc<postgres::Pool>),
}

impl Db {
    /// Opens the database at `url` and connects to it. It does not migrate.
    ///
    /// - `sqlite:PATH`: a file, created if it does not exist;
    /// - `sqlite::memory:`: in memory, dropped with the `Db`, one transaction at a time;
    /// - `postgres://user:password@host/db` or `postgresql://...`: PostgreSQL. `?sslmode=require` requires TLS,
    ///   `?options=-csearch_path%3Dname` selects a schema. Of several hosts (`host1,host2:5433`) it connects to the one
    ///   that takes writes, unless `target_session_attrs` says otherwise. `?pooler=transaction` declares a pooler like
    ///   PgBouncer that may give each transaction a different session of the server.
    ///
    /// Fails with [`Error::Unavailable`] if the URL is of no known kind or the database cannot be reached.
    pub fn open(url: &str, options: Options) -> Result<Db> {
        let core = Arc::new(Core::new(options));
        let engine = if url == "sqlite::memory:" {
            Engine::Memory(Arc::new(sqlite::Memory::open(Arc::clone(&core))?))
        } else if let Some(path) = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            Engine::File(Arc::new(sqlite::File::open(Path::new(path), Arc::clone(&core))?))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(Arc::new(postgres::Pool::open(url, Arc::clone(&core))?))
        } else {
            return Err(Error::Unavailable("a database is given as sqlite:PATH or postgres://...".to_owned()));
        };
        Ok(Db { engine, core, key: Key::SYSTEM })
    }

    /// Returns the same database; work through this handle counts against the share of `key`.
    ///
    /// Places in the lanes are shared fairly between keys ([`fair`](crate::fair)). A handle without its own key counts
    /// as [`Key::SYSTEM`].
    #[must_use]
    pub fn with_key(&self, key: Key) -> Db {
        Db { key, ..self.clone() }
    }

    /// Runs the pending migrations, each in its own transaction. Returns the names of those that ran.
    ///
    /// Several processes may call this at once. Before it changes a SQLite file in use, it keeps a copy next to it,
    /// named `<path>.before-NNNN`. Blocks.
    pub fn migrate(&self) -> Result<Vec<String>> {
        self.migrate_with(migrate::EMBEDDED)
    }

    /// Like [`Db::migrate`], with the given migrations in ascending order.
    pub fn migrate_with(&self, set: &[Migration]) -> Result<Vec<String>> {
        let now = self.core.options.clock.now();
        match &self.engine {
            Engine::File(file) => {
                let conn = self.beside(&file.path)?;
                migrate::run(&mut OnSqlite { conn: &conn, path: Some(&file.path) }, set, now)
            }
            Engine::Memory(memory) => memory.with(|conn| migrate::run(&mut OnSqlite { conn, path: None }, set, now)),
            Engine::Postgres(pool) => pool.migrate(set, now),
        }
    }

    /// Distributes the tables that are not distributed yet over the nodes of Citus. Returns their names. Blocks.
    ///
    /// Later migrations distribute the tables that they create. Fails with [`Error::Unavailable`] without Citus, or on
    /// a node other than its coordinator.
    pub fn distribute(&self) -> Result<Vec<String>> {
        match &self.engine {
            Engine::File(_) | Engine::Memory(_) => {
                Err(Error::Unavailable("tables are distributed on PostgreSQL with the extension citus".to_owned()))
            }
            Engine::Postgres(pool) => pool.distribute(),
        }
    }

    /// Returns the names of the pending migrations. Blocks.
    pub fn pending_migrations(&self) -> Result<Vec<String>> {
        self.pending_of(migrate::EMBEDDED)
    }

    /// Like [`Db::pending_migrations`], for the given migrations.
    pub fn pending_of(&self, set: &[Migration]) -> Result<Vec<String>> {
        match &self.engine {
            Engine::File(file) => {
                let conn = self.beside(&file.path)?;
                migrate::pending(&mut OnSqlite { conn: &conn, path: None }, set)
            }
            Engine::Memory(memory) => memory.with(|conn| migrate::pending(&mut OnSqlite { conn, path: None }, set)),
            Engine::Postgres(pool) => pool.with(|session| migrate::pending(session, set)),
        }
    }

    /// Returns the path of the SQLite file. `None` for another kind of database.
    pub fn path(&self) -> Option<&Path> {
        match &self.engine {
            Engine::File(file) => Some(&file.path),
            Engine::Memory(_) | Engine::Postgres(_) => None,
        }
    }

    /// Returns the kind of database.
    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::File(_) | Engine::Memory(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Notified after the commit of a write that called [`Tx::wake_worker`]. One notification is kept while nobody
    /// waits; it wakes one waiter.
    pub fn woken(&self) -> &Notify {
        &self.core.woken
    }

    /// Notified after the commit of a write that called [`Tx::wake_for_jobs`].
    pub fn jobs_added(&self) -> &Notify {
        &self.core.jobs
    }

    /// Notifies the followers of a workspace that its history has grown.
    pub fn announce(&self, workspace: Key) {
        self.core.announcements.announce(workspace);
    }

    /// Notifies the followers of all workspaces that the histories may have grown.
    pub fn announce_all(&self) {
        self.core.announcements.announce_all();
    }

    /// Returns a receiver that changes when this process appends to the history of a workspace. Appends of other
    /// processes are found by polling.
    pub fn announced(&self, workspace: Key) -> watch::Receiver<u64> {
        self.core.announcements.follow(workspace)
    }

    /// Returns the channel between the processes on this database. `None` on SQLite, which has one process, and where
    /// listening is impossible because a pooler shares the connections.
    pub async fn channel(&self) -> Result<Option<Channel>> {
        match &self.engine {
            Engine::File(_) | Engine::Memory(_) => Ok(None),
            Engine::Postgres(pool) if pool.server.pooled => {
                tracing::warn!(
                    "behind a pooler of transactions, servers do not tell each other who is looking at what"
                );
                Ok(None)
            }
            Engine::Postgres(pool) => Channel::open(&pool.server).await.map(Some),
        }
    }

    /// Fails if the database does not respond. Blocks.
    pub fn ping(&self) -> Result<()> {
        self.read_sync(one)
    }

    /// Returns the clock that the database was opened with.
    pub fn clock(&self) -> &Clock {
        &self.core.options.clock
    }

    /// Returns the statistics since the database was opened.
    pub fn stats(&self) -> Stats {
        let counters = &self.core.counters;
        let depth = match &self.engine {
            Engine::File(file) => file.depth(),
            Engine::Memory(_) => 0,
            Engine::Postgres(pool) => pool.depth(),
        };
        Stats {
            write_batches: counters.batches.load(Ordering::Relaxed),
            writes: counters.writes.load(Ordering::Relaxed),
            retries: counters.retries.load(Ordering::Relaxed),
            statements: counters.statements.load(Ordering::Relaxed),
            round_trips: counters.round_trips.load(Ordering::Relaxed),
            wal_bytes: counters.log_bytes.load(Ordering::Relaxed),
            queue_depth: u64::try_from(depth).unwrap_or(u64::MAX),
        }
    }

    /// Commits the queued writes, empties SQLite's log and closes the connections. Later calls fail with
    /// [`Error::Unavailable`]. Blocks until done. Dropping the last clone does the same.
    pub fn close(&self) {
        match &self.engine {
            Engine::File(file) => file.close(),
            Engine::Memory(memory) => memory.close(),
            Engine::Postgres(pool) => pool.close(),
        }
    }

    /// Opens a separate connection to the file, outside the lanes.
    fn beside(&self, path: &Path) -> Result<sqlite::Conn> {
        let busy = self.core.options.busy_timeout;
        let conn = sqlite::Conn::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, busy)?;
        conn.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")?;
        Ok(conn)
    }
}

fn one(tx: &mut Tx<'_>) -> Result<()> {
    tx.query_one("SELECT 1", &[], |_| Ok(()))
}
