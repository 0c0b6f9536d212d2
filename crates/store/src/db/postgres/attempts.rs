//! Runs closures in transactions, again after a conflict.

use std::any::TypeId;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::limits::Patience;
use super::{Pool, Session};
use crate::Result;
use crate::db::closure::{Closure, Failure};
use crate::db::deadline::Deadline;
use crate::db::tx::{ATTEMPTS, Conn, Lane, Tx};
use crate::fair::Permit;

/// The first statement of a transaction in each lane.
pub(super) const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
pub(super) const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
/// The server itself cancels a statement of a search at the deadline. The client waits this much longer, for a server
/// that does not answer.
const GRACE: Duration = Duration::from_millis(500);

/// A call of a lane.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) lane: Lane,
    /// The caller's deadline.
    pub(super) deadline: Instant,
    /// The closure's [kind](crate::db::closure::Owned::kind). `None` for the command line.
    pub(super) kind: Option<TypeId>,
}

/// The result of one run of a closure.
pub(super) enum Outcome {
    Done(Result<(), Failure>),
    /// The run had no effect; another run may succeed.
    Again(Failure),
    /// The run had no effect; another run will see the conflicting row.
    Clashed(Failure),
}

impl Outcome {
    /// Returns the result if there is no other run.
    pub(super) fn last(self) -> Result<(), Failure> {
        match self {
            Outcome::Done(result) => result,
            Outcome::Again(failure) | Outcome::Clashed(failure) => Err(failure),
        }
    }
}

impl Pool {
    pub(super) fn attempts(&self, call: Call, _place: &Permit, f: &mut dyn Closure) -> Result<(), Failure> {
        let mut attempt = 1;
        loop {
            let idle = self.idle();
            let used = idle.is_some();
            let mut session = match idle {
                Some(session) => session,
                None => self.connect(call.deadline.saturating_duration_since(Instant::now()), self.guards())?,
            };
            let outcome = self.attempt(&mut session, call, f);
            let broken = session.broken;
            if let Some(kind) = call.kind.filter(|_| call.lane == Lane::Read && !broken) {
                self.lone.learn(kind, session.ran <= 1);
            }
            self.give_back(session);
            match outcome {
                Outcome::Done(result) => return result,
                // If a new connection breaks at once, the next one would too.
                Outcome::Again(failure)
                    if attempt >= ATTEMPTS || (broken && !used) || Instant::now() >= call.deadline =>
                {
                    return Err(failure);
                }
                // A row that conflicts with the first statement will conflict again.
                Outcome::Clashed(failure) if attempt > 1 => return Err(failure),
                Outcome::Again(_) | Outcome::Clashed(_) => {}
            }
            self.core.counters.retries.fetch_add(1, Ordering::Relaxed);
            if !broken {
                std::thread::sleep(pause(attempt));
            }
            attempt += 1;
        }
    }

    fn attempt(&self, session: &mut Session, call: Call, f: &mut dyn Closure) -> Outcome {
        match call.lane {
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

    /// Returns the time limit of a call. A transaction of the command line keeps only its own caller waiting, so each
    /// of its statements has a limit of its own.
    fn patience(&self, call: Call) -> Patience {
        match call.kind {
            Some(_) => Patience::Until(call.deadline),
            None => Patience::Each(self.core.options.busy_timeout),
        }
    }

    /// Runs a closure in the transaction that has begun, and ends it.
    pub(super) fn transact(
        &self,
        session: &mut Session,
        lane: Lane,
        deadline: Option<Deadline>,
        f: &mut dyn Closure,
    ) -> Outcome {
        let ran = Tx::new(Conn::Postgres(session), lane, &self.core).with_deadline(deadline).run(f);
        let result = ran.result;
        if lane != Lane::Write {
            session.leave();
            return outcome(session, result);
        }
        match result {
            Ok(()) => {
                if let Err(error) = session.commit() {
                    self.core.note(&error);
                    // If the connection is lost after `COMMIT` was sent, the server may have committed, so the write must
                    // not be run again. An error of the server means that it did not commit.
                    return if session.broken && session.committing {
                        Outcome::Done(Err(error.into()))
                    } else if session.collided {
                        self.core.ids.move_on();
                        Outcome::Again(error.into())
                    } else if session.clashed {
                        Outcome::Clashed(error.into())
                    } else {
                        outcome(session, Err(error.into()))
                    };
                }
                self.core.committed(1, ran.wakes);
                Outcome::Done(Ok(()))
            }
            Err(failure) => {
                if !session.broken && session.roll_back().is_err() {
                    session.broken = true;
                    return Outcome::Done(Err(failure));
                }
                if ran.collided {
                    return Outcome::Again(failure);
                }
                if ran.clashed {
                    return Outcome::Clashed(failure);
                }
                outcome(session, Err(failure))
            }
        }
    }
}

fn outcome(session: &Session, result: Result<(), Failure>) -> Outcome {
    match result {
        Err(failure) if session.retry || (session.broken && !session.late) => Outcome::Again(failure),
        result => Outcome::Done(result),
    }
}

/// Returns the pause before the next attempt. It is longer after each attempt, and random, so that two conflicting
/// writes do not meet again.
fn pause(attempt: u32) -> Duration {
    let random = getrandom::u32().unwrap_or(0) % 8;
    Duration::from_millis(u64::from(random + 2) * u64::from(attempt))
}
