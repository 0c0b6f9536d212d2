//! A connection to SQLite.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension as _};

use crate::db::deadline::Deadline;
use crate::db::row::{Inner, Row};
use crate::db::snapshot::SnapshotKind;
use crate::db::tx::Lane;
use crate::{Error, Result, Value};

/// The size of the statement cache, large enough for every statement of the program: none is prepared twice on a
/// connection.
const STATEMENTS: usize = 512;
/// The number of parameters from which the order of a statement's parameters is cached.
const MANY_PARAMETERS: usize = 8;
/// The virtual machine steps between two checks of a search's time limit, about 20 us.
const STEPS_PER_CHECK: i32 = 2000;

/// The size that the log file keeps when it restarts: its usual maximum. Overwriting existing bytes commits faster than
/// extending the file, which also waits for file system metadata.
pub(crate) const LOG_SIZE_LIMIT: u64 = 64 << 20;

/// Numbers the connections of the process, so that snapshots of different connections differ.
static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

/// A change of a full-text index: of the row `$1`, to the text `$2` if there is one. FTS5 flushes its memory at every
/// savepoint, and each write runs in one. Changes are therefore deferred to the commit, which flushes them together.
pub(crate) struct Deferred {
    pub(crate) sql: &'static str,
    pub(crate) row: i64,
    pub(crate) text: Option<String>,
}

/// Selects the last row of the full-text index; the next statement, whether it has a given row. FTS5 does not reject
/// duplicates: it would mix the texts of both.
const LAST_ROW: &str = "SELECT max(id) FROM search_grams_docsize";
const SAME_ROW: &str = "SELECT 1 FROM search_grams_docsize WHERE id = $1";

/// The state that the last snapshot saw.
#[derive(Clone, Copy)]
struct Seen {
    commits: i64,
    version: i64,
    /// Whether the version changed without a counted commit.
    strange: bool,
}

/// A connection, with its settings and prepared statements.
pub(crate) struct Conn {
    pub(crate) raw: Connection,
    number: u64,
    /// Commits of this connection, which its own `data_version` does not include.
    commits: Cell<u64>,
    /// Batches of statements that ran; their changes are not counted by rows.
    batches: Cell<u64>,
    /// The state that the last snapshot saw.
    seen: Cell<Option<Seen>>,
    /// The changes deferred to the end of the transaction.
    later: RefCell<Vec<Deferred>>,
    /// The number of each parameter of long statements, by its position.
    numbers: RefCell<HashMap<Box<str>, Box<[usize]>>>,
    /// When the running search must end.
    deadline: Arc<Mutex<Option<Deadline>>>,
}

impl Conn {
    /// Opens the file for the writer, which may create and change it.
    pub(crate) fn writer(path: &Path, busy: Duration, mapped: u64) -> Result<Conn> {
        super::damage::check(path, busy)?;
        private_file(path)?;
        let conn = Conn::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, busy)?;
        conn.use_the_log(busy)?;
        // FULL makes a commit reach the disk before it is acknowledged. A separate thread checkpoints the log, never a
        // write. 8 MB of pages cache what is written often. Other pages come through the memory map, which saves a
        // system call each. A larger cache would cost more: after a page was split out of order, SQLite reads every
        // page of the cache at the end of the commit.
        conn.raw.execute_batch(&format!(
            "PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA journal_size_limit = {LOG_SIZE_LIMIT};
             PRAGMA cache_size = -8192;
             PRAGMA mmap_size = {mapped};",
        ))?;
        Ok(conn)
    }

    /// Switches a new file to the write-ahead log.
    fn use_the_log(&self, busy: Duration) -> Result<()> {
        let until = Instant::now() + busy;
        loop {
            let set = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
            match self.raw.query_row("PRAGMA journal_mode = WAL", [], set).map_err(Error::from) {
                Ok(mode) if mode == "wal" => return Ok(()),
                Ok(mode) => {
                    return Err(Error::Unavailable(format!(
                        "this file system does not support SQLite's write-ahead log (journal mode {mode})"
                    )));
                }
                // Another process may be creating it; SQLite does not always wait for that.
                Err(Error::Busy) if Instant::now() < until => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Opens the file read-only, with `mapped` bytes of it in the memory map.
    pub(crate) fn reader(path: &Path, busy: Duration, mapped: u64) -> Result<Conn> {
        let mut conn = Conn::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, busy)?;
        // Pages come through the memory map, which saves a copy and a system call each, and which the kernel may
        // reclaim at any time. The private cache is therefore small.
        conn.raw.execute_batch(&format!(
            "PRAGMA mmap_size = {mapped};
             PRAGMA cache_size = -2048;
             PRAGMA wal_autocheckpoint = 0;
             PRAGMA query_only = ON;"
        ))?;
        conn.watch_the_clock()?;
        Ok(conn)
    }

    /// Opens a private in-memory database, which is dropped with the connection.
    pub(crate) fn memory() -> Result<Conn> {
        let mut conn = Conn::prepare(Connection::open_in_memory()?, Duration::ZERO)?;
        conn.watch_the_clock()?;
        Ok(conn)
    }

    /// Opens the file for migrations and backups: no limits, no cache.
    pub(crate) fn open(path: &Path, flags: OpenFlags, busy: Duration) -> Result<Conn> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let raw = Connection::open_with_flags(path, flags).map_err(|e| Error::file("opening", path, e))?;
        Conn::prepare(raw, busy)
    }

    /// Sets how long to wait for a lock on the file.
    ///
    /// SQLite's own handler sleeps up to 100 ms between attempts. It would rarely hit the microseconds in which a busy
    /// writer of another process has released the lock.
    pub(crate) fn patient(&mut self, busy: Duration) -> Result<()> {
        let tries = i32::try_from(busy.as_millis()).unwrap_or(i32::MAX);
        let again = move |tried: i32| {
            std::thread::sleep(Duration::from_millis(1));
            tried < tries
        };
        Ok(self.raw.busy_handler(Some(again))?)
    }

    fn prepare(raw: Connection, busy: Duration) -> Result<Conn> {
        // Decides once, not for each value, whether a partial index applies. Otherwise statements on tables with such
        // indexes are prepared again whenever a parameter is bound, which costs more than running them.
        raw.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        raw.set_prepared_statement_cache_capacity(STATEMENTS);
        raw.execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
        let mut conn = Conn {
            raw,
            number: CONNECTIONS.fetch_add(1, Ordering::Relaxed),
            commits: Cell::new(0),
            batches: Cell::new(0),
            seen: Cell::new(None),
            later: RefCell::default(),
            numbers: RefCell::default(),
            deadline: Arc::default(),
        };
        conn.patient(busy)?;
        Ok(conn)
    }

    /// Lets [`Conn::limit`] interrupt statements of this connection.
    fn watch_the_clock(&mut self) -> Result<()> {
        let deadline = Arc::clone(&self.deadline);
        let late = move || deadline.lock().is_some_and(|deadline| deadline.has_passed());
        Ok(self.raw.progress_handler(STEPS_PER_CHECK, Some(late))?)
    }

    /// Makes statements fail with [`Error::Timeout`] once `limit` has passed. `None` removes the limit.
    pub(crate) fn limit(&self, limit: Option<Deadline>) {
        *self.deadline.lock() = limit;
    }

    /// Returns a counter that grows with every change, including changes that are rolled back later.
    pub(crate) fn changes_ever(&self) -> u64 {
        self.raw.total_changes() + self.batches.get()
    }

    pub(crate) fn execute_batch(&self, sql: &str) -> Result<()> {
        self.batches.set(self.batches.get() + 1);
        Ok(self.raw.execute_batch(sql)?)
    }

    /// Runs a statement of the program itself (`BEGIN`, `COMMIT`), prepared once.
    pub(crate) fn control(&self, sql: &str) -> Result<()> {
        self.raw.prepare_cached(sql)?.raw_execute()?;
        Ok(())
    }

    /// Returns whether the transaction has ended. SQLite itself may have rolled it back (a full disk).
    pub(crate) fn in_no_transaction(&self) -> bool {
        self.raw.is_autocommit()
    }

    /// Records that this connection changed the data that it sees.
    pub(crate) fn changed(&self) {
        self.commits.set(self.commits.get() + 1);
    }

    /// Defers a change to the end of the transaction.
    pub(crate) fn defer(&self, change: Deferred) {
        self.later.borrow_mut().push(change);
    }

    /// Returns the number of deferred changes, for [`Conn::truncate_deferred`].
    pub(crate) fn deferred(&self) -> usize {
        self.later.borrow().len()
    }

    /// Drops the deferred changes after the first `kept`.
    pub(crate) fn truncate_deferred(&self, kept: usize) {
        self.later.borrow_mut().truncate(kept);
    }

    /// Flushes the deferred changes. Fails with [`Error::Unique`] if another object, of any noun or workspace, has the
    /// same id, because another process minted it too.
    pub(crate) fn flush_deferred(&self) -> Result<()> {
        let mut changes = self.later.take();
        // FTS5 also flushes when a row comes before the last one.
        changes.sort_by_key(|change| change.row);
        let adds = changes.iter().any(|change| change.text.is_some());
        let mut last = if adds { self.integer(LAST_ROW, &[])? } else { None };
        for change in changes {
            let params = [Value::Int(change.row), Value::from(change.text.as_deref())];
            let used = if change.text.is_some() { 2 } else { 1 };
            if change.text.is_some() {
                // Ids increase, so this lookup is rarely needed.
                if last >= Some(change.row) && self.integer(SAME_ROW, &params[..1])?.is_some() {
                    return Err(Error::Unique("search_grams_pkey".to_owned()));
                }
                last = last.max(Some(change.row));
            }
            self.statement(Lane::Write, change.sql, &params[..used], &mut |_| true)?;
        }
        Ok(())
    }

    /// Returns the number that a statement selects, if any.
    fn integer(&self, sql: &str, params: &[Value<'_>]) -> Result<Option<i64>> {
        let mut found = Ok(None);
        self.statement(Lane::Write, sql, params, &mut |row| {
            found = row.get(0);
            false
        })?;
        found
    }

    pub(crate) fn snapshot(&self) -> Result<SnapshotKind> {
        let mut statement = self.raw.prepare_cached("PRAGMA data_version")?;
        let version: i64 = statement.query_row([], |row| row.get(0))?;
        let version = version.wrapping_add_unsigned(self.commits.get() << 32);
        let commits = match self.raw.prepare_cached("SELECT value FROM epochs WHERE name = 'commits'") {
            Ok(mut statement) => statement.query_row([], |row| row.get::<_, i64>(0)).optional()?,
            // The database lacks our tables.
            Err(_) => None,
        };
        let own = SnapshotKind::Sqlite { connection: self.number, version };
        let Some(commits) = commits else {
            return Ok(own);
        };
        let seen = match self.seen.get() {
            // There was an uncounted change: until the next counted commit, snapshots are comparable on this connection
            // only.
            Some(seen) if seen.commits == commits => Seen { strange: seen.strange || seen.version != version, ..seen },
            _ => Seen { commits, version, strange: false },
        };
        self.seen.set(Some(seen));
        Ok(if seen.strange { own } else { SnapshotKind::Counted { commits } })
    }

    /// Counts the coming commit, for [`Conn::snapshot`].
    pub(crate) fn count_commit(&self) -> Result<()> {
        match self.raw.prepare_cached("UPDATE epochs SET value = value + 1 WHERE name = 'commits'") {
            Ok(mut statement) => Ok(statement.raw_execute().map(drop)?),
            Err(_) => Ok(()), // the database lacks our tables
        }
    }

    /// Binds the parameters by the numbers of `$1`, `$2`, ..., which SQLite treats as names.
    fn bind(&self, statement: &mut CachedStatement<'_>, sql: &str, params: &[Value<'_>]) -> Result<()> {
        let (count, given) = (statement.parameter_count(), params.len());
        if count != given {
            return Err(Error::Statement(format!("{count} parameters, {given} given, in {sql}")));
        }
        if count < MANY_PARAMETERS {
            for place in 1..=count {
                let value = number(statement, place).and_then(|n| params.get(n - 1));
                statement.raw_bind_parameter(place, value.ok_or_else(|| misnamed(sql))?)?;
            }
            return Ok(());
        }
        // SQLite looks up names linearly, so many parameters would cost more than the statement.
        let mut numbers = self.numbers.borrow_mut();
        if !numbers.contains_key(sql) {
            if numbers.len() >= STATEMENTS {
                numbers.clear();
            }
            let found: Option<Box<[usize]>> = (1..=count).map(|place| number(statement, place)).collect();
            numbers.insert(sql.into(), found.ok_or_else(|| misnamed(sql))?);
        }
        for (place, number) in (1..).zip(numbers.get(sql).into_iter().flatten()) {
            let value = params.get(number - 1).ok_or_else(|| misnamed(sql))?;
            statement.raw_bind_parameter(place, value)?;
        }
        Ok(())
    }

    /// Runs `sql` and passes each row to `each` until that returns `false`. Returns the number of rows changed.
    pub(crate) fn statement(
        &self,
        lane: Lane,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64> {
        let mut statement = self.raw.prepare_cached(sql).map_err(|e| match Error::from(e) {
            Error::Database(text) => Error::Database(format!("{text} in {sql}")),
            other => other,
        })?;
        #[cfg(debug_assertions)]
        super::plans::note(&self.raw, sql);
        if lane != Lane::Write && !statement.readonly() {
            return Err(Error::ReadOnly(sql.to_owned()));
        }
        self.bind(&mut statement, sql, params)?;
        let changes = !statement.readonly();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            if !each(&Row(Inner::Sqlite(row))) {
                break;
            }
        }
        drop(rows);
        Ok(if changes { self.raw.changes() } else { 0 })
    }
}

/// Creates the file, if it does not exist, with permissions for its owner only, because it contains customer data.
/// SQLite gives its log the same permissions.
pub(crate) fn private_file(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::file("opening", path, error)),
    }
}

/// Returns the number in a parameter's name. `None` if the name is not `$1` or above.
fn number(statement: &CachedStatement<'_>, place: usize) -> Option<usize> {
    statement.parameter_name(place)?.strip_prefix('$')?.parse().ok().filter(|number| *number > 0)
}

fn misnamed(sql: &str) -> Error {
    let text = format!("the parameters are not $1, $2, ... in {sql}");
    debug_assert!(false, "{text}");
    Error::Statement(text)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Bool(b) => ValueRef::Integer(b.into()),
            Value::Int(n) => ValueRef::Integer(n),
            Value::Real(x) => ValueRef::Real(x),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
