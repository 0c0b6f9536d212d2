//! Transactions, with the same interface on both databases.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::core::{Core, Wakes};
use super::deadline::Deadline;
use super::row::Row;
use super::snapshot::Snapshot;
use super::{Dialect, postgres, sqlite};
use crate::ids::Id;
use crate::{Error, Result, Value};

/// The lane that a transaction runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Read,
    Search,
    Write,
}

pub(crate) enum Conn<'c> {
    Sqlite(&'c sqlite::Conn),
    Postgres(&'c mut postgres::Session),
    Echo(&'c mut postgres::Echo),
}

/// A transaction. It commits if its closure returns `Ok` and rolls back otherwise.
///
/// On both databases a failed statement dooms its transaction: later statements return the same error, and an `Ok` of
/// the closure turns into it. To try something that may fail, use [`Tx::nested`].
pub struct Tx<'c> {
    conn: Conn<'c>,
    pub(super) lane: Lane,
    pub(super) core: &'c Core,
    pub(super) now: i64,
    /// Whether the caller set the time, which then stays.
    pub(super) is_set: bool,
    /// Whether the next statement locks rows.
    pub(super) locks: Cell<bool>,
    begun: Instant,
    deadline: Option<Deadline>,
    depth: u32,
    pub(super) wakes: Wakes,
    pub(super) failed: Option<Error>,
    /// The first and the last id minted by this transaction, if any.
    minted: Cell<Option<(i64, i64)>>,
    /// Whether an id minted by this transaction is already in use.
    pub(super) collided: bool,
    /// Whether a unique index rejected a row, as happens when a concurrent write was faster.
    pub(super) clashed: bool,
    /// The number of statements that it has run.
    pub(super) statements: u64,
    /// Whether it is limited to one statement.
    lone: bool,
    /// Whether it needed more than the one statement.
    pub(super) torn: bool,
}

/// How many times a write is run because of duplicate ids before it fails.
pub(crate) const ATTEMPTS: u32 = 5;

impl<'c> Tx<'c> {
    pub(crate) fn new(conn: Conn<'c>, lane: Lane, core: &'c Core) -> Tx<'c> {
        Tx {
            conn,
            lane,
            core,
            now: core.options.clock.now(),
            is_set: false,
            locks: Cell::new(false),
            begun: Instant::now(),
            deadline: None,
            depth: 0,
            wakes: Wakes::default(),
            failed: None,
            minted: Cell::new(None),
            collided: false,
            clashed: false,
            statements: 0,
            lone: false,
            torn: false,
        }
    }

    pub(crate) fn with_deadline(mut self, deadline: Option<Deadline>) -> Tx<'c> {
        self.deadline = deadline;
        self
    }

    /// Marks this as running without a transaction: for a read that is expected to run a single statement, which sees
    /// one snapshot anyway. A read that needs more is torn and must be run again in a transaction.
    pub(crate) fn lone(mut self) -> Tx<'c> {
        self.lone = true;
        self
    }

    /// Runs a statement that returns no rows. Returns the number of rows that it changed.
    pub fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        self.statement(sql, params, &mut |_| Ok(true))
    }

    /// Runs a statement whose result nobody needs. On PostgreSQL it is sent with the next statement or the commit,
    /// which fails if it fails. Do not use it where a unique index may reject the row and the caller handles that.
    pub fn send(&mut self, sql: &str, params: &[Value<'_>]) -> Result<()> {
        if !matches!(self.conn, Conn::Postgres(_)) || self.lane != Lane::Write {
            return self.execute(sql, params).map(drop);
        }
        self.ready()?;
        self.statements += 1;
        let minted = self.holds_minted(params);
        let done = match &mut self.conn {
            Conn::Postgres(session) => session.send(sql, params, minted),
            Conn::Sqlite(_) | Conn::Echo(_) => Ok(()),
        };
        self.noting(done)
    }

    /// Runs a statement. Returns its rows, mapped.
    pub fn query_all<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        self.statement(sql, params, &mut |row| {
            rows.push(map(row)?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Runs a statement and passes each row to `each` until that returns `false`.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<()> {
        self.statement(sql, params, &mut each).map(drop)
    }

    /// Runs a statement. Returns its first row, mapped, or `None` if there is none.
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        // A change is read to its end; otherwise SQLite would leave the rows after the first unchanged.
        let changes = self.lane == Lane::Write;
        let mut first = None;
        self.statement(sql, params, &mut |row| {
            if first.is_none() {
                first = Some(map(row)?);
            }
            Ok(changes)
        })?;
        Ok(first)
    }

    /// Runs a statement. Returns its first row, mapped. Fails with [`Error::NoRow`] if there is none.
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, map)?.ok_or(Error::NoRow)
    }

    /// Runs several statements without parameters. For migrations and maintenance only.
    pub fn execute_batch(&mut self, sql: &str) -> Result<()> {
        self.ready()?;
        if self.lane != Lane::Write {
            return Err(Error::ReadOnly(sql.to_owned()));
        }
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute_batch(sql),
            Conn::Postgres(session) => session.batch(sql),
            Conn::Echo(_) => Err(Error::ReadOnly(sql.to_owned())),
        };
        self.noting(done)
    }

    /// Runs `f` in a savepoint. If it fails, only its own changes are undone and the transaction continues. If it fails
    /// because of a duplicate id, the whole write is run again.
    pub fn nested<T, E: From<Error>>(&mut self, f: impl FnOnce(&mut Tx<'c>) -> Result<T, E>) -> Result<T, E> {
        self.ready()?;
        self.needs_transaction()?;
        let name = format!("nested_{}", self.depth);
        let deferred = match &self.conn {
            Conn::Sqlite(conn) => conn.deferred(),
            Conn::Postgres(_) | Conn::Echo(_) => 0,
        };
        let opened = self.control(&format!("SAVEPOINT {name}"));
        self.noting(opened)?;
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        if self.failed.is_none() {
            let flushed = self.flush_sent();
            self.noting(flushed).ok();
        }
        let result = match self.failed.clone() {
            Some(error) => result.and(Err(error.into())),
            None => result,
        };
        let fatal = self.lost();
        let close = if result.is_ok() {
            format!("RELEASE SAVEPOINT {name}")
        } else {
            format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}")
        };
        if let Conn::Sqlite(conn) = &self.conn
            && result.is_err()
        {
            conn.truncate_deferred(deferred);
        }
        if !fatal && !self.collided {
            self.failed = None;
            let closed = self.control(&close);
            self.noting(closed)?;
        }
        result
    }

    /// Returns the current unix second. It advances only when the transaction locks rows: see [`Tx::hold`].
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Sets the time of the rest of the transaction. For writing past events, as the demo does.
    pub fn set_now(&mut self, now: i64) {
        (self.now, self.is_set) = (now, true);
    }

    /// Returns the current time in unix milliseconds, which advances during the transaction.
    pub fn now_ms(&self) -> i64 {
        self.core.options.clock.now_ms()
    }

    /// Returns the SQL expression for the database's time, which processes on several machines share. `None` on SQLite,
    /// and with a frozen clock.
    pub(crate) fn shared_clock(&self) -> Option<&'static str> {
        let shared = self.dialect() == Dialect::Postgres && !self.core.options.clock.is_frozen();
        shared.then_some("SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)")
    }

    /// Returns a new id: below 2^53, increasing with time, unique.
    ///
    /// Processes mint ids without coordination, so duplicates are possible but very rare. When the database rejects a
    /// primary key with an id minted here, the write is run again with new ids.
    pub fn mint<I: Id>(&self) -> I {
        let id = self.core.ids.mint();
        let first = self.minted.get().map_or(id, |(first, _)| first);
        self.minted.set(Some((first, id)));
        I::new(id)
    }

    /// Returns the error for an `INSERT ... ON CONFLICT DO NOTHING` that inserted nothing although no row of the same
    /// name exists: its id is in use, or a concurrent transaction was faster. Dooms the transaction, which is run
    /// again.
    pub fn collided(&mut self, table: &str) -> Error {
        let error = Error::Unique(format!("{table}_pkey"));
        self.collided = true;
        self.failed.get_or_insert(error).clone()
    }

    /// Defers a change of a full-text index to the end of the transaction, on SQLite.
    pub(crate) fn defer(&mut self, change: sqlite::Deferred) -> Result<()> {
        self.ready()?;
        match &self.conn {
            Conn::Sqlite(conn) if self.lane == Lane::Write => conn.defer(change),
            _ => return Err(Error::ReadOnly(change.sql.to_owned())),
        }
        Ok(())
    }

    /// Flushes the deferred changes, for statements that need to see them before the end.
    pub(crate) fn flush_deferred(&mut self) -> Result<()> {
        let done = match &self.conn {
            Conn::Sqlite(conn) if self.lane == Lane::Write => conn.flush_deferred(),
            _ => Ok(()),
        };
        self.collided |= matches!(&done, Err(Error::Unique(_)));
        self.noting(done)
    }

    /// Returns when the transaction began. It sees everything that was committed before, and possibly later commits.
    pub(crate) fn begun(&self) -> Instant {
        self.begun
    }

    /// Returns whether a write that can continue in another transaction should do so: it has run for a few
    /// milliseconds, and others wait for SQLite's writer. Always `false` on PostgreSQL, where writes run concurrently.
    pub fn should_yield(&self) -> bool {
        const ENOUGH: Duration = Duration::from_millis(3);
        self.lane == Lane::Write
            && self.core.counters.waiting.load(Ordering::Relaxed) > 0
            && self.begun.elapsed() >= ENOUGH
    }

    /// Returns the cache of searches of this database.
    pub(crate) fn memory(&self) -> &'c crate::search::Memory {
        &self.core.searches
    }

    /// Returns the kind of database, for the few statements that cannot be written for both.
    pub fn dialect(&self) -> Dialect {
        match self.conn {
            Conn::Sqlite(_) => Dialect::Sqlite,
            Conn::Postgres(_) | Conn::Echo(_) => Dialect::Postgres,
        }
    }

    /// Returns whether tables are distributed. If so, a statement must name its workspace, so that a single shard
    /// answers it.
    pub(crate) fn is_distributed(&self) -> bool {
        match &self.conn {
            Conn::Sqlite(_) => false,
            Conn::Postgres(session) => session.is_distributed(),
            Conn::Echo(echo) => echo.is_distributed(),
        }
    }

    /// Returns whether Citus distributes the tables.
    pub fn is_on_citus(&self) -> bool {
        match &self.conn {
            Conn::Postgres(session) => session.is_on_citus(),
            Conn::Sqlite(_) | Conn::Echo(_) => false,
        }
    }

    /// Runs `f` with statements that PostgreSQL plans for their actual values, as suits conditions that a caller chose.
    pub(crate) fn planned_by_value<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.ready()?;
        self.plan_by_value(true)?;
        let found = f(self)?;
        self.plan_by_value(false)?;
        Ok(found)
    }

    fn plan_by_value(&mut self, wanted: bool) -> Result<()> {
        let set = match (&mut self.conn, self.lane) {
            (Conn::Postgres(session), Lane::Search | Lane::Write) => session.plan_by_value(wanted),
            // In `read` on PostgreSQL there may be no transaction, so nothing to set it for.
            (Conn::Postgres(_), Lane::Read) | (Conn::Sqlite(_) | Conn::Echo(_), _) => Ok(()),
        };
        self.noting(set)
    }

    /// Requests a notification of [`Db::woken`](super::Db::woken) after this transaction has committed.
    pub fn wake_worker(&mut self) {
        self.wakes.worker = true;
    }

    /// Requests a notification of [`Db::jobs_added`](super::Db::jobs_added) after this transaction has committed.
    pub fn wake_for_jobs(&mut self) {
        self.wakes.jobs = true;
    }

    /// Returns what this transaction sees, for comparison with other transactions.
    ///
    /// `None` if that cannot be guaranteed: in writes, in `read` on PostgreSQL (no transaction spans its statements),
    /// and on databases that only speak its wire protocol.
    pub fn snapshot(&mut self) -> Result<Option<Snapshot>> {
        self.ready()?;
        self.needs_transaction()?;
        let kind = match (&mut self.conn, self.lane) {
            (Conn::Sqlite(conn), Lane::Read | Lane::Search) => conn.snapshot().map(Some),
            (Conn::Postgres(session), Lane::Search) => session.snapshot(),
            (Conn::Sqlite(_), Lane::Write) | (Conn::Postgres(_) | Conn::Echo(_), _) => Ok(None),
        };
        self.noting(kind).map(|kind| kind.map(Snapshot))
    }

    fn statement(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<bool>,
    ) -> Result<u64> {
        self.ready()?;
        self.statements += 1;
        // An error of the caller's mapping function is not the database's and does not doom the transaction.
        let mut mapping = None;
        let mut each = |row: &Row<'_>| match each(row) {
            Ok(more) => more,
            Err(error) => {
                mapping = Some(error);
                false
            }
        };
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => conn.statement(self.lane, sql, params, &mut each),
            Conn::Postgres(session) => {
                if let (Lane::Write, Some(most)) = (self.lane, self.core.options.jitter) {
                    std::thread::sleep(most * (getrandom::u32().unwrap_or(0) % 16) / 16);
                }
                session.statement(self.lane, sql, params, &mut each)
            }
            Conn::Echo(echo) => echo.statement(sql, params, &mut each),
        };
        if let Err(Error::Unique(name)) = &done
            && name.ends_with("_pkey")
        {
            self.collided |= self.holds_minted(params);
        }
        self.clashed |= matches!(&done, Err(Error::Unique(name)) if !name.ends_with("_pkey"));
        if let Conn::Postgres(session) = &self.conn {
            self.collided |= session.collided;
            self.clashed |= session.clashed;
        }
        self.advance_after_lock();
        match (self.noting(done), mapping) {
            (Ok(_), Some(error)) => Err(error),
            (done, _) => done,
        }
    }

    /// Returns whether the parameters include an id minted by this transaction.
    fn holds_minted(&self, params: &[Value<'_>]) -> bool {
        // Ids only increase, so every id between the first and the last was minted here.
        self.minted.get().is_some_and(|(first, last)| {
            params.iter().any(|value| matches!(value, Value::Int(n) if (first..=last).contains(n)))
        })
    }

    /// Fails in a read without a transaction.
    fn needs_transaction(&mut self) -> Result<()> {
        if self.lone {
            self.torn = true;
            return self.noting(Err(Error::Busy));
        }
        Ok(())
    }

    /// Fails in a doomed transaction, after the time limit, and after the one statement of a read without a
    /// transaction.
    fn ready(&mut self) -> Result<()> {
        if self.statements > 0 {
            self.needs_transaction()?;
        }
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        if self.deadline.is_some_and(|deadline| deadline.has_passed()) {
            return self.noting(Err(Error::Timeout));
        }
        Ok(())
    }

    fn noting<T>(&mut self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done
            && self.failed.is_none()
        {
            self.core.note(error);
            self.failed = Some(error.clone());
        }
        done
    }

    /// Sends the waiting statements to the server.
    fn flush_sent(&mut self) -> Result<()> {
        let Conn::Postgres(session) = &mut self.conn else { return Ok(()) };
        let done = session.flush();
        self.collided |= session.collided;
        self.clashed |= session.clashed;
        done
    }

    fn control(&mut self, sql: &str) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute_batch(sql),
            Conn::Postgres(session) => session.batch(sql),
            Conn::Echo(_) => Err(Error::ReadOnly(sql.to_owned())),
        }
    }

    /// Returns whether the whole transaction was rolled back, so that no savepoint can be restored.
    fn lost(&self) -> bool {
        match &self.conn {
            Conn::Sqlite(conn) => conn.in_no_transaction(),
            Conn::Postgres(session) => session.retry || session.broken,
            Conn::Echo(_) => false,
        }
    }
}
