//! The connection pool of PostgreSQL. It runs closures, and runs them again after a conflict.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::Session;
use super::attempts::{Call, READ, WRITE};
use super::health::Health;
use super::kind::Kind;
use super::limits::{Guards, Patience};
use super::pooler;
use super::server::Server;
use super::shared::Shared;
use super::statistics::Statistics;
use crate::db::block::block_on;
use crate::db::closure::{Closure, Done, Failure, Owned};
use crate::db::core::{Core, refused};
use crate::db::lone::Lone;
use crate::db::migrate::{self, Migration};
use crate::db::tx::{Lane, Tx};
use crate::fair::{Key, Limits, Refused, Shares};
use crate::{Error, Result};

/// A bounded number of connections, opened when first needed.
pub(crate) struct Pool {
    pub(crate) server: Server,
    pub(super) core: Arc<Core>,
    idle: Mutex<Vec<Session>>,
    /// The places of `read` and `write`.
    points: Shares,
    /// The places of `search`, separate so that scans never take all connections.
    searches: Shares,
    /// The connection for health checks, which do not queue.
    checker: Mutex<Option<Session>>,
    pub(super) health: Arc<Health>,
    pub(super) lone: Lone,
    pub(super) shared: Arc<Shared>,
    pub(super) statistics: Statistics,
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
            shared: Arc::new(Shared::new(server.clone(), guards(&core), shared_connections())),
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
            // This session's settings do not suit distributed tables.
            if !kind.distributed {
                pool.idle.lock().push(session);
            }
            Ok::<_, Error>(())
        })?;
        Ok(pool)
    }

    pub(crate) async fn run(self: &Arc<Self>, lane: Lane, key: Key, mut owned: Owned) -> Done {
        self.health.check()?;
        let call = Call { lane, deadline: self.deadline(lane), kind: Some(owned.kind) };
        if let Some(ended) = self.alone(call, key, owned.closure.as_mut()).await {
            return owned.done(ended);
        }
        let left = call.deadline.saturating_duration_since(Instant::now());
        let place = tokio::select! {
            // When the server fails, queued calls are refused.
            error = self.health.failed() => return Err(error),
            place = self.places(lane).acquire_within(key, 1, left) => place.map_err(|why| match (why, lane) {
                (Refused::Late, Lane::Search) => Error::Timeout,
                (why, _) => refused(why),
            })?,
        };
        let this = Arc::clone(self);
        let work = move || {
            let ended = this.attempts(call, &place, owned.closure.as_mut());
            owned.done(ended)
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Unavailable(error.to_string()))?
    }

    pub(crate) fn run_sync(&self, lane: Lane, key: Key, f: &mut dyn Closure) -> Result<(), Failure> {
        off_runtime(|| {
            let place = block_on(self.places(lane).acquire(key, 1)).map_err(refused)?;
            self.attempts(Call { lane, deadline: self.deadline(lane), kind: None }, &place, f)
        })
    }

    /// Runs a read on a connection reserved for health checks, until `deadline`.
    pub(crate) async fn check(self: &Arc<Self>, deadline: Instant, mut owned: Owned) -> Done {
        self.health.check()?;
        let this = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let Some(mut checker) = this.checker.try_lock_until(deadline) else { return Err(Error::Busy) };
            let kept = checker.take().filter(|session| session.generation == this.health.generation());
            let mut session = match kept {
                Some(session) => session,
                None => this.connect(deadline.duration_since(Instant::now()), this.guards())?,
            };
            session.begin(Lane::Read, READ, "", Patience::Until(deadline));
            let ended = this.transact(&mut session, Lane::Read, None, owned.closure.as_mut()).last();
            if session.broken {
                suspect(&this.health, &session);
                session.abandon();
            } else if !this.points.is_closed() {
                *checker = Some(session);
            }
            owned.done(ended)
        });
        match tokio::time::timeout_at(deadline.into(), work).await {
            Ok(Ok(done)) => done,
            Ok(Err(error)) => Err(Error::Unavailable(error.to_string())),
            Err(_) => Err(Error::Busy),
        }
    }

    /// Migrates the schema. If Citus distributes its tables, distributes the new ones.
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

    /// Distributes tables over the nodes of Citus. Returns the names of those that were not distributed yet.
    pub(crate) fn distribute(&self) -> Result<Vec<String>> {
        self.with(|session| {
            let tables = session.distribute()?;
            self.become_of(session.look_at_kind()?);
            Ok(tables)
        })
    }

    /// Records a change of the server's kind. Idle connections have the wrong settings for it.
    fn become_of(&self, kind: Kind) {
        if kind != self.server.kind() {
            self.server.set_kind(kind);
            self.idle.lock().clear();
        }
    }

    /// Runs `f` with a connection, outside any transaction.
    pub(crate) fn with<T: Send>(&self, f: impl FnOnce(&mut Session) -> Result<T> + Send) -> Result<T> {
        off_runtime(|| {
            // Changes of tables may take as long as they need.
            let guards = Guards { lock: self.guards().lock, ..Guards::default() };
            let mut session = self.connect(self.server.patience(), guards)?;
            session.without_limit();
            f(&mut session)
        })
    }

    /// Runs a closure once, on a separate connection.
    pub(crate) fn apart(&self, lane: Lane, f: &mut dyn Closure) -> Result<(), Failure> {
        self.with(|session| {
            session.begin(lane, if lane == Lane::Write { WRITE } else { READ }, "", Patience::Endless);
            Ok(self.transact(session, lane, None, f).last())
        })?
    }

    /// Returns how many places of `read` and `write` are taken.
    pub(crate) fn depth(&self) -> usize {
        self.points.in_use()
    }

    /// Refuses further calls and closes idle connections.
    pub(crate) fn close(&self) {
        self.points.close();
        self.searches.close();
        self.shared.close();
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

    /// Returns the deadline of a call that starts now.
    fn deadline(&self, lane: Lane) -> Instant {
        Instant::now()
            + match lane {
                Lane::Search => self.core.options.search_timeout,
                Lane::Read | Lane::Write => self.core.options.busy_timeout,
            }
    }

    pub(super) fn guards(&self) -> Guards {
        guards(&self.core)
    }

    pub(super) fn connect(&self, limit: Duration, guards: Guards) -> Result<Session> {
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

    /// Returns whether a pooler moves connections between sessions of the server although the URL does not say so.
    fn is_behind_a_pooler(&self, session: &mut Session) -> Result<bool> {
        if self.server.pooled {
            return Ok(false);
        }
        // If the server has no free connection, or rejects the settings, this cannot be determined.
        let Ok(mut other) = self.connect(self.server.patience(), self.guards()) else { return Ok(false) };
        match session.shares_with(&mut other) {
            Err(error) if session.broken => Err(error),
            shares => Ok(shares.unwrap_or(false)),
        }
    }

    /// Returns an idle connection that was opened after the last failure of the server.
    pub(super) fn idle(&self) -> Option<Session> {
        loop {
            let session = self.idle.lock().pop()?;
            if session.generation == self.health.generation() {
                return Some(session);
            }
            session.abandon();
        }
    }

    /// Returns a usable connection to the pool.
    pub(super) fn give_back(&self, mut session: Session) {
        self.core.counters.round_trips.fetch_add(session.take_trips(), Ordering::Relaxed);
        if session.broken {
            suspect(&self.health, &session);
            session.abandon();
        } else if session.generation == self.health.generation() && !self.points.is_closed() {
            self.idle.lock().push(session);
        }
    }
}

/// Fails if PostgreSQL takes no writes.
pub(crate) fn check_role(tx: &mut Tx<'_>) -> Result<()> {
    let sql = "SELECT current_setting('default_transaction_read_only') = 'on' OR pg_catalog.pg_is_in_recovery()";
    if tx.query_one(sql, &[], |row| row.get(0))? {
        return Err(Error::Unavailable("PostgreSQL takes no writes".to_owned()));
    }
    Ok(())
}

/// Returns the number of shared connections. Two per processor keep both sides busy.
fn shared_connections() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 4) * 2
}

/// Returns the server's time limits. The server times out before the client, so that its error is reported and the
/// connection is kept.
fn guards(core: &Core) -> Guards {
    let limit = core.options.busy_timeout.max(Duration::from_millis(10));
    Guards { lock: limit * 4 / 5, statement: limit * 9 / 10, idle: limit.max(core.options.search_timeout) * 2 }
}

/// Discards the connections as old as this broken one.
fn suspect(health: &Arc<Health>, session: &Session) {
    if session.late {
        // Perhaps only the statement failed.
        health.suspect();
    } else {
        health.lost(session.generation);
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// Runs `f` where the driver may block: on this thread, or on a new one if this thread belongs to a runtime.
fn off_runtime<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    if Handle::try_current().is_err() {
        return f();
    }
    std::thread::scope(|scope| match scope.spawn(f).join() {
        Ok(value) => value,
        Err(payload) => std::panic::resume_unwind(payload),
    })
}
