//! SQLite on a file, with lanes, and in memory, with one transaction at a time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::OpenFlags;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::checkpoint::Checkpointer;
use super::conn::LOG_SIZE_LIMIT;
use super::location::Location;
use super::pool::Pool;
use super::transaction::point_read;
use super::writer::{Writer, report_log};
use super::{Conn, transaction};
use crate::db::block::block_on;
use crate::db::closure::{Closure, Done, Failure, Owned};
use crate::db::core::{Core, refused};
use crate::db::deadline::Deadline;
use crate::db::lone::Lone;
use crate::db::tx::Lane;
use crate::fair::{Key, Limits, Permit, Refused};
use crate::{Error, Result, background};

/// The bytes of the file that a connection for point reads maps. This bounds the resident memory of a busy server.
const POINTS_MAPPED: u64 = 256 << 20;
/// The bytes that connections for searches and the writer map. They read rows all over the file, and an unmapped page
/// costs a system call and a copy. The kernel reclaims mapped pages as needed. This is SQLite's maximum.
const SEARCHES_MAPPED: u64 = 0x7fff_0000;

/// The maximum number of concurrent long scans. Their connections map nothing: they read most pages once, and each
/// mapped one would count as memory of the process.
const SCANS: usize = 2;

/// How long a search may run before it is restarted on a [background] thread.
const BRIEF_SEARCH: Duration = Duration::from_millis(5);

/// A database file.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    core: Arc<Core>,
    location: Arc<Location>,
    points: Pool,
    lone: Lone,
    searches: Pool,
    scans: Pool,
    writer: Writer,
    log: Arc<Checkpointer>,
}

impl File {
    pub(crate) fn open(path: &Path, core: Arc<Core>) -> Result<File> {
        let options = &core.options;
        let mut writer = Conn::writer(path, options.busy_timeout, SEARCHES_MAPPED)?;
        report_log(&mut writer, &core)?;
        let beside = Conn::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, options.busy_timeout)?;
        // A checkpoint syncs the log before it copies from it, and the file before the log is reused.
        beside.execute_batch(&format!("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = {LOG_SIZE_LIMIT};"))?;
        let location = Arc::new(Location::of(path)?);
        let pool =
            |places, mapped| Pool::new(path.to_owned(), Arc::clone(&location), places, options.busy_timeout, mapped);
        // Point reads are short; a search may take up to its time limit.
        let points = pool(Limits::whole(options.read_connections, usize::MAX), POINTS_MAPPED);
        let searches = pool(Limits::reserving(options.search_connections, options.search_queue), SEARCHES_MAPPED);
        let scans = pool(Limits::reserving(SCANS, options.search_queue), 0);
        let log = Checkpointer::start(beside, Arc::clone(&core), Arc::clone(&location))?;
        let writer = Writer::start(writer, Arc::clone(&core), Arc::clone(&log), Arc::clone(&location))?;
        Ok(File { path: path.to_owned(), core, location, points, lone: Lone::default(), searches, scans, writer, log })
    }

    /// Runs on the calling thread: a point read is faster than a thread switch.
    pub(crate) async fn read(&self, key: Key, mut owned: Owned) -> Done {
        let place = self.points.place(key, self.core.options.busy_timeout).await.map_err(refused)?;
        let lease = self.points.lease(place)?;
        let ended = lease.with(|conn| point_read(conn, &self.core, &self.lone, owned.kind, owned.closure.as_mut()))?;
        owned.done(ended)
    }

    /// Like [`File::read`], on a background thread: for a read that needs much processor time.
    pub(crate) async fn read_in_background(self: &Arc<Self>, key: Key, mut owned: Owned) -> Done {
        let place = self.points.place(key, self.core.options.busy_timeout).await.map_err(refused)?;
        let this = Arc::clone(self);
        background::run(move || {
            let ended = this.reading(&this.points, place, Lane::Read, None, owned.closure.as_mut());
            owned.done(ended)
        })
        .await
    }

    pub(crate) fn read_sync(&self, key: Key, f: &mut dyn Closure) -> Result<(), Failure> {
        let place = self.points.place_sync(key)?;
        self.reading(&self.points, place, Lane::Read, None, f)
    }

    pub(crate) fn search_sync(&self, key: Key, f: &mut dyn Closure) -> Result<(), Failure> {
        let deadline = Instant::now() + self.core.options.search_timeout;
        let place = self.searches.place_sync(key)?;
        self.searching(&self.searches, place, deadline, f)
    }

    pub(crate) async fn search(self: &Arc<Self>, key: Key, mut owned: Owned) -> Done {
        let deadline = Instant::now() + self.core.options.search_timeout;
        // Most searches are short and run here first. The others are restarted on a thread of low priority.
        let place = place_of(&self.searches, key, deadline).await?;
        let this = Arc::clone(self);
        let tried = tokio::task::spawn_blocking(move || {
            let brief = Deadline::brief(deadline, BRIEF_SEARCH);
            // Short enough that a restart of the log can wait for it, as for point reads.
            let ended = this.reading(&this.searches, place, Lane::Search, Some(brief), owned.closure.as_mut());
            let again = ended.is_err() && brief.has_passed() && brief.was_brief();
            (ended, again, owned)
        });
        let (ended, again, mut owned) = tried.await.map_err(|error| Error::Unavailable(error.to_string()))?;
        if !again {
            return owned.done(ended);
        }
        let place = place_of(&self.searches, key, deadline).await?;
        let this = Arc::clone(self);
        background::run(move || {
            let ended = this.searching(&this.searches, place, deadline, owned.closure.as_mut());
            owned.done(ended)
        })
        .await
    }

    /// Runs a search that reads much data, on a background thread.
    pub(crate) async fn scan(self: &Arc<Self>, key: Key, mut owned: Owned) -> Done {
        let deadline = Instant::now() + self.core.options.search_timeout;
        let place = place_of(&self.scans, key, deadline).await?;
        let this = Arc::clone(self);
        background::run(move || {
            let ended = this.searching(&this.scans, place, deadline, owned.closure.as_mut());
            owned.done(ended)
        })
        .await
    }

    fn searching(&self, pool: &Pool, place: Permit, deadline: Instant, f: &mut dyn Closure) -> Result<(), Failure> {
        let _log = self.log.search();
        self.reading(pool, place, Lane::Search, Some(Deadline::at(deadline)), f)
    }

    pub(crate) async fn write(&self, key: Key, owned: Owned) -> Done {
        self.writer.write(key, Some(self.core.options.busy_timeout), owned.closure).await
    }

    pub(crate) fn write_sync(&self, key: Key, owned: Owned) -> Done {
        block_on(self.writer.write(key, None, owned.closure))
    }

    /// Fails if a file of the database is no longer at its path.
    pub(crate) fn check_location(&self) -> Result<()> {
        self.location.check()
    }

    /// Returns the number of queued writes.
    pub(crate) fn depth(&self) -> usize {
        self.writer.depth()
    }

    /// Commits the queued writes, empties the log and closes the connections.
    pub(crate) fn close(&self) {
        self.writer.close();
        self.points.close();
        self.searches.close();
        self.scans.close();
        self.log.close();
    }

    fn reading(
        &self,
        pool: &Pool,
        place: Permit,
        lane: Lane,
        deadline: Option<Deadline>,
        f: &mut dyn Closure,
    ) -> Result<(), Failure> {
        let lease = pool.lease(place)?;
        lease.with(|conn| transaction(conn, lane, &self.core, deadline, f))?.map(|_| ())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.close();
    }
}

/// Returns a place in a lane of searches, before `deadline`.
async fn place_of(pool: &Pool, key: Key, deadline: Instant) -> Result<Permit> {
    let left = deadline.saturating_duration_since(Instant::now());
    pool.place(key, left).await.map_err(|why| match why {
        Refused::Late => Error::Timeout,
        why => refused(why),
    })
}

/// A database in memory: one connection, one transaction at a time. For tests and trials.
pub(crate) struct Memory {
    core: Arc<Core>,
    turn: Arc<Semaphore>,
    conn: Mutex<Conn>,
}

impl Memory {
    pub(crate) fn open(core: Arc<Core>) -> Result<Memory> {
        Ok(Memory { core, turn: Arc::new(Semaphore::new(1)), conn: Mutex::new(Conn::memory()?) })
    }

    pub(crate) async fn run(self: &Arc<Self>, lane: Lane, mut owned: Owned) -> Done {
        // Tasks wait here rather than for the mutex, which would block the runtime's threads.
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| closed())?;
        if lane != Lane::Search {
            let ended = self.in_turn(lane, &turn, owned.closure.as_mut());
            return owned.done(ended);
        }
        let this = Arc::clone(self);
        background::run(move || {
            let ended = this.in_turn(lane, &turn, owned.closure.as_mut());
            owned.done(ended)
        })
        .await
    }

    pub(crate) fn run_sync(&self, lane: Lane, f: &mut dyn Closure) -> Result<(), Failure> {
        let turn = block_on(Arc::clone(&self.turn).acquire_owned()).map_err(|_| closed())?;
        self.in_turn(lane, &turn, f)
    }

    /// Runs a closure without a time limit.
    pub(crate) fn apart(&self, lane: Lane, f: &mut dyn Closure) -> Result<(), Failure> {
        self.with(|conn| Ok(transaction(conn, lane, &self.core, None, f).map(drop)))?
    }

    /// Runs `f` with the connection itself, outside any transaction.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&Conn) -> Result<T>) -> Result<T> {
        let _turn = block_on(Arc::clone(&self.turn).acquire_owned()).map_err(|_| closed())?;
        let conn = self.conn.lock();
        conn.changed();
        f(&conn)
    }

    /// Refuses further calls.
    pub(crate) fn close(&self) {
        self.turn.close();
    }

    fn in_turn(&self, lane: Lane, _turn: &OwnedSemaphorePermit, f: &mut dyn Closure) -> Result<(), Failure> {
        let deadline = (lane == Lane::Search).then(|| Deadline::at(Instant::now() + self.core.options.search_timeout));
        let wakes = transaction(&self.conn.lock(), lane, &self.core, deadline, f)?;
        if lane == Lane::Write {
            self.core.committed(1, wakes);
        }
        Ok(())
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}
