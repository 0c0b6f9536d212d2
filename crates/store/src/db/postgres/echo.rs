//! Runs a read of one statement twice: first to learn the statement, then with its result.
//!
//! Verbs are synchronous. Running one twice means that neither it nor a thread waits while its statement is sent on a
//! shared connection.

use std::any::TypeId;
use std::sync::atomic::Ordering;
use std::time::Instant;

use tokio_postgres::Row as DriverRow;

use super::Pool;
use super::attempts::Call;
use super::words::may_run;
use crate::db::closure::{Closure, Failure};
use crate::db::core::refused;
use crate::db::row::{Inner, Row};
use crate::db::run::Ran;
use crate::db::tx::{Conn, Lane, Tx};
use crate::db::value::Kept;
use crate::fair::Key;
use crate::{Error, Result, Value};

/// Takes the place of a connection in such a read.
pub(crate) struct Echo {
    distributed: bool,
    /// The statement that the first run requested.
    asked: Option<Kept>,
    /// The result of the statement, for the second run.
    answer: Option<Vec<DriverRow>>,
    /// Whether the second run requested another statement.
    differs: bool,
}

impl Echo {
    /// Returns whether tables are distributed.
    pub(crate) fn is_distributed(&self) -> bool {
        self.distributed
    }

    /// Records the statement, or passes each row of its result to `each` until that returns `false`.
    pub(crate) fn statement(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64> {
        may_run(Lane::Read, sql)?;
        let Some(rows) = self.answer.take() else {
            self.asked = Some(Kept::new(sql, params));
            return Err(Error::Busy);
        };
        if !self.asked.as_ref().is_some_and(|asked| asked.is(sql, params)) {
            self.differs = true;
            return Err(Error::Busy);
        }
        for row in &rows {
            if !each(&Row(Inner::Postgres(row))) {
                break;
            }
        }
        Ok(0)
    }
}

impl Pool {
    /// Runs a read on a shared connection if it is expected to be one statement. `None` if it must be run in a
    /// transaction.
    pub(super) async fn alone(&self, call: Call, key: Key, f: &mut dyn Closure) -> Option<Result<(), Failure>> {
        let kind = call.kind.filter(|_| call.lane == Lane::Read)?;
        // Behind a pooler, settings apply only within a transaction.
        if self.server.pooled || !self.lone.expected(kind) {
            return None;
        }
        let line = self.shared.line(self.health.generation())?;
        let left = call.deadline.saturating_duration_since(Instant::now());
        let _place = match self.shared.places.acquire_within(key, 1, left).await {
            Ok(place) => place,
            Err(why) => return Some(Err(refused(why).into())),
        };
        let now = self.core.options.clock.now();
        let mut echo = Echo { distributed: line.kind.distributed, asked: None, answer: None, differs: false };
        let first = self.listen(&mut echo, now, f);
        let Some(asked) = echo.asked.take().filter(|_| !first.torn) else {
            return self.whole(kind, first);
        };
        match tokio::time::timeout_at(call.deadline.into(), line.ask(&asked)).await {
            Ok(Ok(rows)) => {
                self.core.counters.round_trips.fetch_add(1, Ordering::Relaxed);
                (echo.asked, echo.answer) = (Some(asked), Some(rows));
            }
            // A run in a transaction determines what the error means.
            Ok(Err(error)) => {
                tracing::debug!(%error, "a read on a shared connection failed");
                return None;
            }
            Err(_) => {
                line.abandon();
                self.health.suspect();
                return Some(Err(Error::Unavailable("PostgreSQL did not answer in time".to_owned()).into()));
            }
        }
        let mut second = self.listen(&mut echo, now, f);
        second.torn |= echo.differs;
        self.whole(kind, second)
    }

    fn listen(&self, echo: &mut Echo, now: i64, f: &mut dyn Closure) -> Ran {
        let mut tx = Tx::new(Conn::Echo(echo), Lane::Read, &self.core).lone();
        tx.set_now(now);
        tx.run(f)
    }

    /// Returns the result of a run that needed no transaction.
    fn whole(&self, kind: TypeId, ran: Ran) -> Option<Result<(), Failure>> {
        if ran.torn {
            self.lone.learn(kind, false);
            return None;
        }
        Some(ran.result)
    }
}
