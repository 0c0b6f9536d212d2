//! A connection to PostgreSQL, with its prepared statements.

use std::collections::HashMap;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use futures_util::future::join3;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error as DriverError, SimpleQueryMessage, Statement};

use super::errors::{ends_the_session, is_outdated_plan, meaning, takes_no_writes};
use super::kind::{BY_VALUE, Kind};
use super::limits::{Guards, Patience};
use super::pending::{self, MAX_PENDING, Pending};
use super::server::{Refused, Server};
use super::wire::{Failure, Wire};
use super::words::{is_select, may_run};
use crate::db::error::first_line;
use crate::db::row::{Inner, Row};
use crate::db::snapshot::SnapshotKind;
use crate::db::tx::Lane;
use crate::db::value::Kept;
use crate::{Error, Result, Value};

/// The size of the statement cache, large enough for every statement of the program. A full cache is cleared.
pub(super) const STATEMENTS: usize = 512;

/// How long plans are kept.
pub(super) const REPLAN: Duration = Duration::from_secs(10);

/// How the settings of a session are applied.
#[derive(Debug)]
enum Settings {
    /// Once: the session is not shared.
    Session,
    /// With each transaction, by these statements: behind a pooler, the next transaction may get another session.
    /// Prepared statements have no names there, because another session would not know them.
    Transaction(String),
}

/// The transaction state of a session.
#[derive(Debug)]
enum Stage {
    /// No transaction: statements commit themselves.
    Outside,
    /// The transaction begins with this text, together with its first statement.
    Due(String),
    /// In the transaction.
    Inside,
}

/// A connection. Never used or dropped on a thread of the async runtime.
pub(crate) struct Session {
    pub(super) wire: Wire,
    statements: HashMap<Box<str>, Statement>,
    settings: Settings,
    stage: Stage,
    lane: Lane,
    pub(super) patience: Patience,
    /// The number of statements since the transaction began.
    pub(crate) ran: u32,
    /// When plans were last discarded.
    planned: Instant,
    /// The generation of `Health` when this connection was opened.
    pub(crate) generation: u64,
    /// The server's kind, as known when this connection was opened.
    pub(super) kind: Kind,
    /// Whether the last error requires that the transaction is run again.
    pub(crate) retry: bool,
    /// The statements that wait to be sent with the next one.
    pending: Vec<Pending>,
    /// Whether a pending statement failed because its id is in use.
    pub(crate) collided: bool,
    /// Whether a unique index rejected a row of a pending statement.
    pub(crate) clashed: bool,
    /// Round trips to the server since [`Session::take_trips`].
    trips: u64,
    /// Whether the connection is broken.
    pub(crate) broken: bool,
    /// Whether the server did not answer in time.
    pub(crate) late: bool,
    /// Whether the transaction's `COMMIT` was sent: then only its answer tells whether it is committed.
    pub(crate) committing: bool,
}

impl Session {
    /// Connects within `limit`.
    pub(crate) fn connect(
        server: &Server,
        generation: u64,
        limit: Duration,
        guards: Guards,
    ) -> Result<Session, Refused> {
        let begun = Instant::now();
        let mut session = Session {
            wire: Wire::connect(server, limit)?,
            statements: HashMap::new(),
            settings: Settings::Session,
            stage: Stage::Outside,
            lane: Lane::Write,
            patience: Patience::Until(begun + limit),
            ran: 0,
            planned: Instant::now(),
            generation,
            kind: server.kind(),
            retry: false,
            pending: Vec::new(),
            collided: false,
            clashed: false,
            trips: 0,
            broken: false,
            late: false,
            committing: false,
        };
        let set = guards.settings(session.kind);
        if server.pooled {
            session.settings = Settings::Transaction(set.replace("SET ", "SET LOCAL "));
            session.patience = Patience::Each(limit);
            return Ok(session);
        }
        session.batch(&set).map_err(|error| Refused { reason: error.to_string(), answered: !session.broken })?;
        session.patience = Patience::Each(limit);
        Ok(session)
    }

    /// Removes the time limits of statements.
    pub(crate) fn without_limit(&mut self) {
        self.patience = Patience::Endless;
    }

    /// Prepares the session for a transaction, which begins with its first statement. `more` is sent after `words`.
    pub(crate) fn begin(&mut self, lane: Lane, words: &str, more: &str, patience: Patience) {
        self.renew(lane, patience);
        self.stage = Stage::Due(match &self.settings {
            Settings::Session => format!("{words}{more}"),
            Settings::Transaction(set) => format!("{words}; {set}{more}"),
        });
    }

    /// Resets the state of the last transaction and, from time to time, discards plans.
    fn renew(&mut self, lane: Lane, patience: Patience) {
        (self.lane, self.patience, self.stage) = (lane, patience, Stage::Outside);
        (self.retry, self.collided, self.clashed, self.ran) = (false, false, false, 0);
        self.committing = false;
        self.pending.clear();
        if self.planned.elapsed() >= REPLAN && matches!(self.settings, Settings::Session) {
            self.planned = Instant::now();
            // An error here occurs again in the transaction, which reports it.
            self.wire.send(async |client| client.batch_execute("DISCARD PLANS").await);
        }
    }

    /// Commits, and waits until the server has committed.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if matches!(self.stage, Stage::Due(_))
            && let Err(error) = self.flush()
        {
            self.broken |= self.roll_back().is_err();
            return Err(error);
        }
        self.committing = true;
        self.end("COMMIT")?;
        if self.wire.has_waited_in_vain() {
            // Its outcome is as uncertain as that of a commit without an answer.
            (self.late, self.broken) = (true, true);
            return Err(Error::Unavailable("PostgreSQL gave up waiting for its standby".to_owned()));
        }
        Ok(())
    }

    /// Rolls the transaction back, and waits for the server.
    pub(crate) fn roll_back(&mut self) -> Result<()> {
        self.pending.clear();
        self.end("ROLLBACK")
    }

    fn end(&mut self, words: &str) -> Result<()> {
        match std::mem::replace(&mut self.stage, Stage::Outside) {
            Stage::Inside => self.batch(words),
            Stage::Outside | Stage::Due(_) => Ok(()),
        }
    }

    /// Ends a transaction that changed nothing, without waiting for the server.
    pub(crate) fn leave(&mut self) {
        self.pending.clear();
        if matches!(std::mem::replace(&mut self.stage, Stage::Outside), Stage::Inside) {
            self.wire.send(async |client| client.batch_execute("COMMIT").await);
        }
    }

    /// Closes the connection without notifying the server.
    pub(crate) fn abandon(mut self) {
        self.wire.abandon();
    }

    /// Returns whether tables are distributed.
    pub(crate) fn is_distributed(&self) -> bool {
        self.kind.distributed
    }

    /// Returns whether Citus distributes the tables.
    pub(crate) fn is_on_citus(&self) -> bool {
        self.kind.citus
    }

    /// Sets, for the transaction, whether statements are planned for their actual values.
    pub(crate) fn plan_by_value(&mut self, wanted: bool) -> Result<()> {
        let set = if wanted { BY_VALUE } else { self.kind.planning_again() };
        let text = match self.begin_due(self.lane == Lane::Write)? {
            Some(begin) => format!("{begin}; {set}"),
            None => set.to_owned(),
        };
        self.pending.push(Pending::Batch(text));
        Ok(())
    }

    /// Runs statements without parameters in one round trip.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let begin = self.begin_due(false)?.map(|begin| format!("{begin}; {sql}"));
        let text = begin.as_deref().unwrap_or(sql);
        self.round_trip(None, async |client| client.batch_execute(text).await)?.map_err(|failure| {
            let line = first_line(text, place(&failure, text));
            self.note(failure, line)
        })
    }

    /// Sends a statement with the next one. If it fails, the next statement or the commit fails.
    pub(crate) fn send(&mut self, sql: &str, params: &[Value<'_>], minted: bool) -> Result<()> {
        let statement = self.prepared(Lane::Write, sql, params)?;
        self.pending.push(Pending::Statement { statement, kept: Kept::new(sql, params), minted });
        if self.pending.len() >= MAX_PENDING { self.flush() } else { Ok(()) }
    }

    /// Sends the pending statements.
    pub(crate) fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.begin_due(true)?;
        self.round_trip(None, async |_| Ok(()))?.map_err(|failure| self.note(failure, ""))
    }

    /// Returns the number of round trips since the last call.
    pub(crate) fn take_trips(&mut self) -> u64 {
        std::mem::take(&mut self.trips)
    }

    /// Returns the text that begins the transaction, if it has not begun. If the text must be sent `alone`, or
    /// statements are pending, begins the transaction instead: had it failed, a change sent with it would still run,
    /// and commit at once.
    fn begin_due(&mut self, alone: bool) -> Result<Option<String>> {
        let Stage::Due(begin) = &mut self.stage else { return Ok(None) };
        let begin = std::mem::take(begin);
        self.stage = Stage::Inside;
        if !alone && self.pending.is_empty() {
            return Ok(Some(begin));
        }
        self.trips += 1;
        let done = self.wire.call(self.patience.limit(), async |client| client.batch_execute(&begin).await);
        done.map_err(|failure| self.note(failure, &begin))?;
        Ok(None)
    }

    /// Runs `work` after `begin` and the pending statements. The outer error is one of theirs.
    fn round_trip<T>(
        &mut self,
        begin: Option<&str>,
        work: impl AsyncFnOnce(&Client) -> Result<T, DriverError>,
    ) -> Result<Result<T, Failure>> {
        self.trips += 1;
        let pending = std::mem::take(&mut self.pending);
        let mut failed = None;
        let done = self.wire.call(self.patience.limit(), async |client| {
            let begun = async {
                match begin {
                    Some(begin) => client.batch_execute(begin).await,
                    None => Ok(()),
                }
            };
            // Futures are polled, and so sent, in this order.
            let (begun, sent, done) = join3(begun, pending::all(client, &pending), work(client)).await;
            begun?;
            if let Err((at, error)) = sent {
                failed = Some(at);
                return Err(error);
            }
            done
        });
        let Some(one) = failed.and_then(|at| pending.get(at)) else { return Ok(done) };
        match done {
            Ok(_) => Ok(done),
            Err(failure) => {
                let (sql, minted) = one.parts();
                let error = self.note(failure, sql);
                if let Error::Unique(name) = &error {
                    let is_id = name.ends_with("_pkey");
                    self.collided |= is_id && minted;
                    self.clashed |= !is_id;
                }
                Err(error)
            }
        }
    }

    /// Runs a statement unnamed, outside any transaction that is due. Returns the first column of its rows.
    pub(super) fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        let done = self.wire.call(self.patience.limit(), async |client| client.simple_query(sql).await);
        let text = |message: SimpleQueryMessage| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        };
        Ok(done.map_err(|failure| self.note(failure, sql))?.into_iter().filter_map(text).collect())
    }

    pub(crate) fn snapshot(&mut self) -> Result<Option<SnapshotKind>> {
        if !self.kind.comparable {
            return Ok(None);
        }
        let mut visible = String::new();
        self.statement(Lane::Search, "SELECT pg_current_snapshot()::text", &[], &mut |row| {
            row.str(0).unwrap_or_default().clone_into(&mut visible);
            false
        })?;
        let generation = self.generation;
        Ok(Some(SnapshotKind::Postgres { generation, visible }))
    }

    /// Runs `sql` and passes each row to `each` until that returns `false`. Returns the number of rows changed.
    pub(crate) fn statement(
        &mut self,
        lane: Lane,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64> {
        let statement = self.prepared(lane, sql, params)?;
        self.ran += 1;
        let begin = self.begin_due(lane == Lane::Write && !is_select(sql))?;
        let done = self
            .round_trip(begin.as_deref(), async |client| query(client, statement.as_ref(), sql, params, each).await)?;
        let done = done.map_err(|failure| self.note(failure, sql));
        #[cfg(debug_assertions)]
        if done.is_ok() {
            self.note_plan(sql, params);
        }
        done
    }

    /// Returns the prepared statement, after checking that it may run with these parameters. `None` behind a pooler,
    /// where statements are not prepared.
    fn prepared(&mut self, lane: Lane, sql: &str, params: &[Value<'_>]) -> Result<Option<Statement>> {
        if matches!(self.settings, Settings::Transaction(_)) {
            return may_run(lane, sql).map(|()| None);
        }
        let statement = self.prepare(lane, sql)?;
        let (count, given) = (statement.params().len(), params.len());
        if count != given {
            return Err(Error::Statement(format!("{count} parameters, {given} given, in {sql}")));
        }
        Ok(Some(statement))
    }

    fn prepare(&mut self, lane: Lane, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        may_run(lane, sql)?;
        let prepared = self.wire.call(self.patience.limit(), async |client| client.prepare(sql).await);
        let statement = prepared.map_err(|failure| self.note(failure, sql))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.into(), statement.clone());
        Ok(statement)
    }

    /// Converts an error and records what it means for the transaction and the connection.
    fn note(&mut self, failure: Failure, sql: &str) -> Error {
        let error = match failure {
            Failure::Late => {
                (self.late, self.broken) = (true, true);
                return Error::Unavailable("PostgreSQL did not answer in time".to_owned());
            }
            Failure::Closed => {
                self.broken = true;
                return Error::Unavailable("the connection to PostgreSQL was lost".to_owned());
            }
            Failure::Driver(error) => error,
        };
        let Some(db) = error.as_db_error() else {
            // A driver error without a server error: the connection failed, unless values did not match.
            self.broken = self.wire.is_ended() || is_io(&error);
            return if self.broken {
                Error::Unavailable(describe(&error))
            } else {
                Error::Database(format!("{} in {sql}", describe(&error)))
            };
        };
        let code = db.code();
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
            self.retry = true;
            return Error::Busy;
        }
        if is_outdated_plan(db) {
            // Another process migrated the tables of a prepared statement.
            self.statements.clear();
            self.retry = true;
        }
        if ends_the_session(db) || (self.lane == Lane::Write && takes_no_writes(db)) {
            self.broken = true;
            return Error::Unavailable(db.message().to_owned());
        }
        meaning(db, sql)
    }
}

/// Returns the position in a batch that the server reported.
fn place(failure: &Failure, text: &str) -> usize {
    let Failure::Driver(error) = failure else { return 0 };
    match error.as_db_error().and_then(DbError::position) {
        Some(ErrorPosition::Original(character)) => text.chars().take(*character as usize).map(char::len_utf8).sum(),
        _ => 0,
    }
}

async fn query(
    client: &Client,
    statement: Option<&Statement>,
    sql: &str,
    params: &[Value<'_>],
    each: &mut dyn FnMut(&Row<'_>) -> bool,
) -> Result<u64, DriverError> {
    let params = params.iter().copied();
    let mut rows = pin!(match statement {
        Some(statement) => client.query_raw(statement, params).await?,
        None => client.query_typed_raw(sql, params.map(|value| (value, Type::UNKNOWN))).await?,
    });
    let mut wanted = true;
    while let Some(row) = rows.try_next().await? {
        // Always read to the end: an error may follow the rows.
        wanted = wanted && each(&Row(Inner::Postgres(&row)));
    }
    Ok(rows.rows_affected().unwrap_or(0))
}

fn is_io(error: &DriverError) -> bool {
    let source = std::error::Error::source(error);
    error.is_closed() || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// Returns the error with its causes, which the driver's own text omits.
pub(crate) fn describe(error: &DriverError) -> String {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}
