//! The connections to PostgreSQL, and how a closure is run on one: again, after a conflict.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::Session;
use super::server::Server;
use super::statistics::Statistics;
use crate::db::block::block_on;
use crate::db::core::{Core, refused};
use crate::db::tx::{ATTEMPTS, Conn, Lane, Tx};
use crate::fair::{Key, Limits, Permit, Refused, Shares};
use crate::{Error, Result};

/// A bounded number of connections, opened when first needed.
pub(crate) struct Pool {
    pub(crate) server: Server,
    core: Arc<Core>,
    idle: Mutex<Vec<Session>>,
    /// Places of `read` and `write`.
    points: Shares,
    /// Places of `search`, so that scans never take all the connections.
    searches: Shares,
    generation: AtomicU64,
    statistics: Statistics,
    comparable: bool,
}

/// What one run of a closure came to.
enum Outcome<T, E> {
    Done(Result<T, E>),
    /// Nothing of it happened and it may succeed if run again.
    Again(E),
}

impl Pool {
    pub(crate) fn open(url: &str, core: Arc<Core>) -> Result<Pool> {
        let mut server = Server::parse(url)?;
        let config = &mut server.config;
        if config.get_application_name().is_none() {
            config.application_name("deskwire");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        let options = &core.options;
        let mut pool = Pool {
            points: Shares::new(Limits::reserving(options.pg_pool, usize::MAX)),
            searches: Shares::new(Limits::reserving(options.search_connections, options.search_queue)),
            idle: Mutex::new(Vec::new()),
            generation: AtomicU64::new(0),
            statistics: Statistics::new(),
            comparable: false,
            server,
            core,
        };
        let comparable = off_runtime(|| {
            let mut session = pool.connect()?;
            let comparable = session.is_comparable()?;
            session.set_comparable(comparable);
            pool.idle.lock().push(session);
            Ok::<_, Error>(comparable)
        })?;
        pool.comparable = comparable;
        Ok(pool)
    }

    pub(crate) async fn run<T, E>(
        self: &Arc<Self>,
        lane: Lane,
        key: Key,
        mut f: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (limit, too_late) = match lane {
            Lane::Search => (self.core.options.search_timeout, Error::Timeout),
            Lane::Read | Lane::Write => (self.core.options.busy_timeout, Error::Busy),
        };
        let deadline = self.deadline(lane);
        let place = self.places(lane).acquire_within(key, 1, limit).await.map_err(|why| match why {
            Refused::Late => too_late,
            why => refused(why),
        })?;
        let this = Arc::clone(self);
        let work = move || this.attempts(lane, &place, deadline, &mut f);
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
            self.attempts(lane, &place, self.deadline(lane), &mut f)
        })
    }

    /// Works on a connection itself, outside any transaction.
    pub(crate) fn with<T: Send>(&self, f: impl FnOnce(&mut Session) -> Result<T> + Send) -> Result<T> {
        off_runtime(|| {
            let mut session = self.connect()?;
            f(&mut session)
        })
    }

    /// Runs a closure once, on a connection of its own.
    pub(crate) fn apart<T: Send>(&self, lane: Lane, mut f: impl FnMut(&mut Tx<'_>) -> Result<T> + Send) -> Result<T> {
        self.with(|session| match self.attempt(session, lane, None, &mut f) {
            Outcome::Done(result) => result,
            Outcome::Again(error) => Err(error),
        })
    }

    /// How many places of `read` and `write` are taken.
    pub(crate) fn depth(&self) -> usize {
        self.points.in_use()
    }

    /// Lets nobody in any more and closes the connections not in use.
    pub(crate) fn close(&self) {
        self.points.close();
        self.searches.close();
        let idle = std::mem::take(&mut *self.idle.lock());
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

    fn deadline(&self, lane: Lane) -> Option<Instant> {
        (lane == Lane::Search).then(|| Instant::now() + self.core.options.search_timeout)
    }

    fn connect(&self) -> Result<Session> {
        let generation = self.generation.load(Ordering::SeqCst);
        let wait = self.core.options.busy_timeout.as_millis().max(1);
        let mut session = Session::connect(&self.server, generation, wait)?;
        session.set_comparable(self.comparable);
        Ok(session)
    }

    /// Drops the connections made before the server was lost.
    fn lost(&self, generation: u64) {
        let next = generation + 1;
        if self.generation.compare_exchange(generation, next, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            let stale = std::mem::take(&mut *self.idle.lock());
            drop(stale);
        }
    }

    fn attempts<T, E: From<Error>>(
        &self,
        lane: Lane,
        _place: &Permit,
        deadline: Option<Instant>,
        f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let idle = self.idle.lock().pop();
            let used = idle.is_some();
            let mut session = match idle {
                Some(session) => session,
                None => self.connect()?,
            };
            session.renew();
            if lane == Lane::Search
                && self.comparable
                && let Err(error) = self.statistics.look(&mut session, &self.server)
            {
                tracing::warn!(%error, "looking for tables to measure failed");
            }
            let outcome = self.attempt(&mut session, lane, deadline, f);
            let broken = session.broken;
            if broken {
                self.lost(session.generation);
            } else if session.generation == self.generation.load(Ordering::SeqCst) && !self.points.is_closed() {
                self.idle.lock().push(session);
            }
            match outcome {
                Outcome::Done(result) => return result,
                // A new connection that breaks at once would break again.
                Outcome::Again(error) if attempt >= ATTEMPTS || (broken && !used) => {
                    return Err(error);
                }
                Outcome::Again(_) => {}
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
        lane: Lane,
        deadline: Option<Instant>,
        f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Outcome<T, E> {
        let begun = match lane {
            // Point reads commit themselves: no round trips but their own.
            Lane::Read => Ok(()),
            Lane::Write => session.batch("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"),
            Lane::Search => {
                let left = deadline.map_or(Duration::MAX, |at| at.duration_since(Instant::now()));
                let left = left.as_millis().clamp(1, 1 << 30);
                session.batch(&format!(
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {left}"
                ))
            }
        };
        if let Err(error) = begun {
            return settle(session, Err(error.into()));
        }
        let mut tx = Tx::new(Conn::Postgres(session), lane, &self.core).with_deadline(deadline);
        // Nothing outlives the unwinding but the transaction, and that is rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut tx)));
        let tx = tx.finish();
        let result = match (result, tx.failed) {
            (Ok(Ok(_)), Some(error)) => Err(error.into()),
            (Ok(result), _) => result,
            (Err(payload), _) => Err(Error::panicked(&*payload).into()),
        };
        match (result, lane) {
            (result, Lane::Read) => settle(session, result),
            (Ok(value), _) => {
                if let Err(error) = session.batch("COMMIT") {
                    // A connection lost here leaves open whether the server committed: that must not
                    // be done twice, while a refusal says that it did not.
                    return if session.broken {
                        Outcome::Done(Err(error.into()))
                    } else {
                        settle(session, Err(error.into()))
                    };
                }
                if lane == Lane::Write {
                    self.core.committed(1, tx.wake);
                }
                Outcome::Done(Ok(value))
            }
            (Err(error), _) => {
                if !session.broken && session.batch("ROLLBACK").is_err() {
                    session.broken = true;
                    return Outcome::Done(Err(error));
                }
                if tx.collided {
                    return Outcome::Again(error);
                }
                settle(session, Err(error))
            }
        }
    }
}

fn settle<T, E>(session: &Session, result: Result<T, E>) -> Outcome<T, E> {
    match result {
        Err(error) if session.retry || session.broken => Outcome::Again(error),
        result => Outcome::Done(result),
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
    }
}

/// Longer with each attempt, and different for two that met.
fn pause(attempt: u32) -> Duration {
    let random = getrandom::u32().unwrap_or(0) % 8;
    Duration::from_millis(u64::from(random + 2) * u64::from(attempt))
}

/// Runs `f` where the driver may block: here, or on a thread of its own if a runtime owns this one.
fn off_runtime<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    if Handle::try_current().is_err() {
        return f();
    }
    std::thread::scope(|scope| match scope.spawn(f).join() {
        Ok(value) => value,
        Err(payload) => std::panic::resume_unwind(payload),
    })
}
