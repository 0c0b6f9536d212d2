//! The connection pool of PostgreSQL, which runs closures, again after a conflict.

use std::any::TypeId;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::Session;
use super::health::Health;
use super::kind::Kind;
use super::lone::Lone;
use super::pooler;
use super::server::Server;
use super::session::{Guards, Patience};
use super::statistics::Statistics;
use crate::db::block::block_on;
use crate::db::core::{Core, refused};
use crate::db::deadline::Deadline;
use crate::db::migrate::{self, Migration};
use crate::db::tx::{ATTEMPTS, Conn, Lane, Tx};
use crate::fair::{Key, Limits, Permit, Refused, Shares};
use crate::{Error, Result};

/// The first statement of a transaction in each lane.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// The server cancels a statement of a search itself; the client waits longer only for a server that does not answer.
const GRACE: Duration = Duration::from_millis(500);

/// A bounded number of connections, opened when first needed.
pub(crate) struct Pool {
    pub(crate) server: Server,
    core: Arc<Core>,
    idle: Mutex<Vec<Session>>,
    /// Places of `read` and `write`.
    points: Shares,
    /// Places of `search`, so that scans never take all the connections.
    searches: Shares,
    /// The connection of health checks, which do not queue.
    checker: Mutex<Option<Session>>,
    health: Arc<Health>,
    lone: Lone,
    statistics: Statistics,
}

/// The result of one run of a closure.
enum Outcome<T, E> {
    Done(Result<T, E>),
    /// It had no effect and may succeed if run again.
    Again(E),
    /// It had no effect, and a second run will see the conflicting row.
    Clashed(E),
}

impl Pool {
    pub(crate) fn open(url: &str, core: Arc<Core>) -> Result<Pool> {
        let server = Server::parse(url)?;
        let options = &core.options;
        let pool = Pool {
            points: Shares::new(Limits::reserving(options.pg_pool, usize::MAX)),
            searches: Shares::new(Limits::reserving(options.search_connections, options.search_queue)),
            idle: Mutex::new(Vec::new()),
            checker: Mutex::new(None),
            health: Arc::new(Health::new(server.clone())),
            lone: Lone::default(),
            statistics: Statistics::new(),
            server,
            core,
        };
        off_runtime(|| {
            let mut session = pool.connect(pool.server.patience(), pool.guards())?;
            if pool.is_behind_a_pooler(&mut session)? {
                return Err(pooler::unexpected());
            }
            let kind = session.look_at_kind()?;
            pool.server.set_kind(kind);
            // Distributed tables need other settings than it has.
            if !kind.distributed {
                pool.idle.lock().push(session);
            }
            Ok::<_, Error>(())
        })?;
        Ok(pool)
    }

    pub(crate) async fn run<T, E, F>(self: &Arc<Self>, lane: Lane, key: Key, mut f: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.health.check()?;
        let call = Call { lane, deadline: self.deadline(lane), kind: Some(TypeId::of::<F>()) };
        let left = call.deadline.saturating_duration_since(Instant::now());
        let place = tokio::select! {
            // When the server fails, queued calls are not admitted.
            error = self.health.failed() => return Err(error.into()),
            place = self.places(lane).acquire_within(key, 1, left) => place.map_err(|why| match (why, lane) {
                (Refused::Late, Lane::Search) => Error::Timeout,
                (why, _) => refused(why),
            })?,
        };
        let this = Arc::clone(self);
        let work = move || this.attempts(call, &place, &mut f);
        match tokio::task::spawn_blocking(work).await {
            Ok(result) => result,
            Err(error) => Err(Error::Unavailable(error.to_string()).into()),
        }
    }

    pub(crate) fn run_sync<T, E>(
        &self,
        lane: Lane,
        key: Key,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    ) -> Result<T, E>
    where
        T: Send,
        E: From<Error> + Send,
    {
        off_runtime(|| {
            let place = block_on(self.places(lane).acquire(key, 1)).map_err(refused)?;
            self.attempts(Call { lane, deadline: self.deadline(lane), kind: None }, &place, &mut f)
        })
    }

    /// Runs a read on a connection reserved for health checks, by `deadline`, and checks that the server accepts
    /// writes.
    pub(crate) async fn check<T, E>(
        self: &Arc<Self>,
        deadline: Instant,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.health.check()?;
        let this = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let Some(mut checker) = this.checker.try_lock_until(deadline) else { return Err(Error::Busy.into()) };
            let kept = checker.take().filter(|session| session.generation == this.health.generation());
            let mut session = match kept {
                Some(session) => session,
                None => this.connect(deadline.duration_since(Instant::now()), this.guards())?,
            };
            session.begin(Lane::Read, READ, "", Patience::Until(deadline));
            let outcome = this.transact(&mut session, Lane::Read, None, &mut |tx| {
                let sql =
                    "SELECT current_setting('default_transaction_read_only') = 'on' OR pg_catalog.pg_is_in_recovery()";
                if tx.query_one(sql, &[], |row| row.get(0))? {
                    return Err(Error::Unavailable("PostgreSQL takes no writes".to_owned()).into());
                }
                f(tx)
            });
            if session.broken {
                suspect(&this.health, &session);
                session.abandon();
            } else if !this.points.is_closed() {
                *checker = Some(session);
            }
            match outcome {
                Outcome::Done(result) => result,
                Outcome::Again(error) | Outcome::Clashed(error) => Err(error),
            }
        });
        match tokio::time::timeout_at(deadline.into(), work).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) => Err(Error::Unavailable(error.to_string()).into()),
            Err(_) => Err(Error::Busy.into()),
        }
    }

    /// Migrates the schema. Where its tables are distributed by Citus, so are the new ones.
    pub(crate) fn migrate(&self, set: &[Migration], now: i64) -> Result<Vec<String>> {
        self.with(|session| {
            let ran = migrate::run(session, set, now)?;
            if session.look_at_kind()?.citus && !session.undistributed()?.is_empty() {
                session.distribute()?;
            }
            self.become_of(session.kind);
            Ok(ran)
        })
    }

    /// Distributes tables over the nodes of Citus; the names of those that were not.
    pub(crate) fn distribute(&self) -> Result<Vec<String>> {
        self.with(|session| {
            let tables = session.distribute()?;
            self.become_of(session.look_at_kind()?);
            Ok(tables)
        })
    }

    /// Notes a change of the server, for which connections that are idle have the wrong settings.
    fn become_of(&self, kind: Kind) {
        if kind != self.server.kind() {
            self.server.set_kind(kind);
            self.idle.lock().clear();
        }
    }

    /// Works on a connection itself, outside any transaction.
    pub(crate) fn with<T: Send>(&self, f: impl FnOnce(&mut Session) -> Result<T> + Send) -> Result<T> {
        off_runtime(|| {
            // Changing tables may take as long as it needs.
            let guards = Guards { lock: self.guards().lock, ..Guards::default() };
            let mut session = self.connect(self.server.patience(), guards)?;
            session.without_limit();
            f(&mut session)
        })
    }

    /// Runs a closure once, on a connection of its own.
    pub(crate) fn apart<T: Send>(&self, lane: Lane, mut f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send) -> Result<T> {
        self.with(|session| {
            session.begin(lane, if lane == Lane::Write { WRITE } else { READ }, "", Patience::Endless);
            match self.transact(session, lane, None, &mut f) {
                Outcome::Done(result) => result,
                Outcome::Again(error) | Outcome::Clashed(error) => Err(error),
            }
        })
    }

    /// How many places of `read` and `write` are taken.
    pub(crate) fn depth(&self) -> usize {
        self.points.in_use()
    }

    /// Admits no more calls and closes idle connections.
    pub(crate) fn close(&self) {
        self.points.close();
        self.searches.close();
        self.health.close();
        let mut idle = std::mem::take(&mut *self.idle.lock());
        idle.extend(self.checker.try_lock().and_then(|mut checker| checker.take()));
        if !idle.is_empty() {
            off_runtime(move || drop(idle));
        }
    }

    fn places(&self, lane: Lane) -> &Shares {
        match lane {
            Lane::Search => &self.searches,
            Lane::Read | Lane::Write => &self.points,
        }
    }

    /// The deadline of a call that starts now.
    fn deadline(&self, lane: Lane) -> Instant {
        Instant::now()
            + match lane {
                Lane::Search => self.core.options.search_timeout,
                Lane::Read | Lane::Write => self.core.options.busy_timeout,
            }
    }

    /// The server times out before the client, so that its error is reported and the connection is kept.
    fn guards(&self) -> Guards {
        let limit = self.core.options.busy_timeout.max(Duration::from_millis(10));
        Guards { lock: limit * 4 / 5, statement: limit * 9 / 10, idle: limit.max(self.core.options.search_timeout) * 2 }
    }

    fn connect(&self, limit: Duration, guards: Guards) -> Result<Session> {
        let generation = self.health.generation();
        match Session::connect(&self.server, generation, limit.min(self.server.patience()), guards) {
            Ok(session) => Ok(session),
            Err(refused) => {
                if !refused.answered {
                    self.health.suspect();
                }
                Err(refused.into())
            }
        }
    }

    /// Whether a pooler moves connections between sessions of the server, though the URL does not say so.
    fn is_behind_a_pooler(&self, session: &mut Session) -> Result<bool> {
        if self.server.pooled {
            return Ok(false);
        }
        // A server that has no room for another connection, or other settings, is none that can be asked.
        let Ok(mut other) = self.connect(self.server.patience(), self.guards()) else { return Ok(false) };
        match session.shares_with(&mut other) {
            Err(error) if session.broken => Err(error),
            shares => Ok(shares.unwrap_or(false)),
        }
    }

    /// An idle connection that was opened after the last failure of the server.
    fn idle(&self) -> Option<Session> {
        loop {
            let session = self.idle.lock().pop()?;
            if session.generation == self.health.generation() {
                return Some(session);
            }
            session.abandon();
        }
    }

    /// Returns a usable connection to the pool.
    fn give_back(&self, session: Session) {
        if session.broken {
            suspect(&self.health, &session);
            session.abandon();
        } else if session.generation == self.health.generation() && !self.points.is_closed() {
            self.idle.lock().push(session);
        }
    }

    fn attempts<T, E: From<Error>>(
        &self,
        call: Call,
        _place: &Permit,
        f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempt = 1;
        // Behind a pooler only a transaction has settings.
        let mut lone =
            call.lane == Lane::Read && !self.server.pooled && call.kind.is_some_and(|kind| self.lone.expected(kind));
        loop {
            let idle = self.idle();
            let used = idle.is_some();
            let mut session = match idle {
                Some(session) => session,
                None => self.connect(call.deadline.saturating_duration_since(Instant::now()), self.guards())?,
            };
            let outcome = self.attempt(&mut session, call, lone, f);
            let (broken, torn) = (session.broken, session.torn);
            if let Some(kind) = call.kind.filter(|_| call.lane == Lane::Read && !broken) {
                self.lone.learn(kind, session.ran <= 1 && !torn);
            }
            self.give_back(session);
            match outcome {
                Outcome::Done(result) => return result,
                Outcome::Again(_) if torn && !broken => {
                    lone = false;
                    continue;
                }
                // A new connection that breaks at once would break again.
                Outcome::Again(error)
                    if attempt >= ATTEMPTS || (broken && !used) || Instant::now() >= call.deadline =>
                {
                    return Err(error);
                }
                // A row that conflicted from the start will conflict again.
                Outcome::Clashed(error) if attempt > 1 => return Err(error),
                Outcome::Again(_) | Outcome::Clashed(_) => {}
            }
            self.core.counters.retries.fetch_add(1, Ordering::Relaxed);
            if !broken {
                std::thread::sleep(pause(attempt));
            }
            attempt += 1;
        }
    }

    fn attempt<T, E: From<Error>>(
        &self,
        session: &mut Session,
        call: Call,
        lone: bool,
        f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Outcome<T, E> {
        match call.lane {
            Lane::Read if lone => session.begin_lone(Lane::Read, self.patience(call)),
            Lane::Read => session.begin(Lane::Read, READ, "", self.patience(call)),
            Lane::Write => session.begin(Lane::Write, WRITE, "", self.patience(call)),
            Lane::Search => {
                let left = call.deadline.saturating_duration_since(Instant::now()).as_millis().clamp(1, 1 << 30);
                let limit = format!("; SET LOCAL statement_timeout = {left}");
                session.begin(Lane::Search, READ, &limit, Patience::Until(call.deadline + GRACE));
                if session.kind.comparable
                    && let Err(error) = self.statistics.look(session, &self.server)
                {
                    tracing::warn!(%error, "looking for tables to measure failed");
                    if session.broken {
                        return outcome(session, Err(error.into()));
                    }
                }
            }
        }
        let deadline = (call.lane == Lane::Search).then(|| Deadline::at(call.deadline));
        self.transact(session, call.lane, deadline, f)
    }

    /// Only its own caller waits for a transaction of the command line: its statements are limited one by one.
    fn patience(&self, call: Call) -> Patience {
        match call.kind {
            Some(_) => Patience::Until(call.deadline),
            None => Patience::Each(self.core.options.busy_timeout),
        }
    }

    /// Runs the closure in the transaction that was begun, and ends it.
    fn transact<T, E: From<Error>>(
        &self,
        session: &mut Session,
        lane: Lane,
        deadline: Option<Deadline>,
        f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Outcome<T, E> {
        let mut tx = Tx::new(Conn::Postgres(session), lane, &self.core).with_deadline(deadline);
        // Only the transaction outlives the unwinding, and it is rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut tx)));
        let tx = tx.finish();
        let result = match (result, tx.failed) {
            (Ok(Ok(_)), Some(error)) => Err(error.into()),
            (Ok(result), _) => result,
            (Err(payload), _) => Err(Error::panicked(&*payload).into()),
        };
        if lane != Lane::Write {
            session.leave();
            return outcome(session, result);
        }
        match result {
            Ok(value) => {
                if let Err(error) = session.commit() {
                    self.core.note(&error);
                    // If the connection is lost here, the server may have committed: the write must not be run again.
                    // An error of the server means that it did not commit.
                    return if session.broken {
                        Outcome::Done(Err(error.into()))
                    } else {
                        outcome(session, Err(error.into()))
                    };
                }
                self.core.committed(1, tx.wakes);
                Outcome::Done(Ok(value))
            }
            Err(error) => {
                if !session.broken && session.roll_back().is_err() {
                    session.broken = true;
                    return Outcome::Done(Err(error));
                }
                if tx.collided {
                    return Outcome::Again(error);
                }
                if tx.clashed {
                    return Outcome::Clashed(error);
                }
                outcome(session, Err(error))
            }
        }
    }
}

/// One call of a lane.
#[derive(Clone, Copy)]
struct Call {
    lane: Lane,
    /// The deadline of the caller.
    deadline: Instant,
    /// Identifies the closure, to remember how many statements it runs; none for the command line.
    kind: Option<TypeId>,
}

/// Discards the connections that are as old as this broken one.
fn suspect(health: &Arc<Health>, session: &Session) {
    if session.late {
        // Only the statement may have failed.
        health.suspect();
    } else {
        health.lost(session.generation);
    }
}

fn outcome<T, E>(session: &Session, result: Result<T, E>) -> Outcome<T, E> {
    match result {
        Err(error) if session.retry || session.torn || (session.broken && !session.late) => Outcome::Again(error),
        result => Outcome::Done(result),
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// Longer with each attempt, and random, so that two conflicting writes do not meet again.
fn pause(attempt: u32) -> Duration {
    let random = getrandom::u32().unwrap_or(0) % 8;
    Duration::from_millis(u64::from(random + 2) * u64::from(attempt))
}

/// Runs `f` where the driver may block: here, or on a thread of its own if this one belongs to a runtime.
fn off_runtime<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    if Handle::try_current().is_err() {
        return f();
    }
    std::thread::scope(|scope| match scope.spawn(f).join() {
        Ok(value) => value,
        Err(payload) => std::panic::resume_unwind(payload),
    })
}
