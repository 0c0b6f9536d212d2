//! One connection to PostgreSQL with its prepared statements.

use std::collections::HashMap;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use futures_util::future::join;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error as DriverError, SimpleQueryMessage, Statement};

use super::errors::{ends_the_session, meaning, takes_no_writes};
use super::kind::{BY_VALUE, Kind};
use super::server::{Refused, Server};
use super::wire::{Failure, Wire};
use crate::db::error::first_line;
use crate::db::row::{Inner, Row};
use crate::db::tx::{Lane, SnapshotKind};
use crate::{Error, Result, Value};

/// Large enough for every statement of the program; beyond that the cache is cleared.
const STATEMENTS: usize = 512;

/// How long plans are kept.
const REPLAN: Duration = Duration::from_secs(10);

/// The server's time limits of a session, which end statements that the client has abandoned.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guards {
    /// For locks of others.
    pub(crate) lock: Duration,
    /// Of a statement; zero is no limit, as for the next.
    pub(crate) statement: Duration,
    /// Of idle time between the statements of a transaction.
    pub(crate) idle: Duration,
}

/// The deadline for the server.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patience {
    /// Whenever it has.
    Endless,
    /// One deadline for the whole transaction.
    Until(Instant),
    /// A limit for each statement.
    Each(Duration),
}

impl Patience {
    /// The deadline of a statement that begins now.
    pub(super) fn limit(self) -> Option<Instant> {
        match self {
            Patience::Endless => None,
            Patience::Until(at) => Some(at),
            Patience::Each(time) => Some(Instant::now() + time),
        }
    }
}

/// How a session's settings are made.
#[derive(Debug)]
enum Settings {
    /// Once, as the session is the caller's alone.
    Session,
    /// With each transaction, by these statements, behind a pooler that gives the next one another session. Statements
    /// have no names there, under which another session would not know them.
    Transaction(String),
}

/// The transaction state of a session.
#[derive(Debug)]
enum Stage {
    /// None: statements commit themselves.
    Outside,
    /// To be begun with this text, together with the first statement.
    Due(String),
    /// In it.
    Inside,
    /// None, for a read that is expected to be one statement, which sees one snapshot without a transaction.
    Lone { ran: bool },
}

/// A connection. Never used or dropped on a thread of the async runtime.
pub(crate) struct Session {
    pub(super) wire: Wire,
    statements: HashMap<Box<str>, Statement>,
    settings: Settings,
    stage: Stage,
    lane: Lane,
    pub(super) patience: Patience,
    /// How many statements ran since the transaction began.
    pub(crate) ran: u32,
    /// When plans were last discarded.
    planned: Instant,
    /// The pool's number of server failures when this connection was opened.
    pub(crate) generation: u64,
    /// What was known of the server when this connection was opened.
    pub(super) kind: Kind,
    /// The last error requires that the transaction is run again.
    pub(crate) retry: bool,
    /// A read turned out to need more than one statement, and so a transaction.
    pub(crate) torn: bool,
    /// The connection is broken.
    pub(crate) broken: bool,
    /// The server did not answer in time.
    pub(crate) late: bool,
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
            torn: false,
            broken: false,
            late: false,
        };
        let Guards { lock, statement, idle } = guards;
        let (lock, statement, idle) = (lock.as_millis(), statement.as_millis(), idle.as_millis());
        let set = format!(
            "SET lock_timeout = {lock}; SET statement_timeout = {statement};
             SET idle_in_transaction_session_timeout = {idle}; {}",
            session.kind.planning()
        );
        if server.pooled {
            session.settings = Settings::Transaction(set.replace("SET ", "SET LOCAL "));
            session.patience = Patience::Each(limit);
            return Ok(session);
        }
        session.batch(&set).map_err(|error| Refused { reason: error.to_string(), answered: !session.broken })?;
        session.patience = Patience::Each(limit);
        Ok(session)
    }

    /// Lets statements take as long as they need.
    pub(crate) fn without_limit(&mut self) {
        self.patience = Patience::Endless;
    }

    /// Makes the session ready for a transaction, which begins with its first statement. `more` is sent behind `words`.
    pub(crate) fn begin(&mut self, lane: Lane, words: &str, more: &str, patience: Patience) {
        self.renew(lane, patience);
        self.stage = Stage::Due(match &self.settings {
            Settings::Session => format!("{words}{more}"),
            Settings::Transaction(set) => format!("{words}; {set}{more}"),
        });
    }

    /// Makes the session ready for a single statement.
    pub(crate) fn begin_lone(&mut self, lane: Lane, patience: Patience) {
        self.renew(lane, patience);
        self.stage = Stage::Lone { ran: false };
    }

    /// Resets the state of the last transaction and, from time to time, discards plans.
    fn renew(&mut self, lane: Lane, patience: Patience) {
        (self.lane, self.patience, self.stage) = (lane, patience, Stage::Outside);
        (self.retry, self.torn, self.ran) = (false, false, 0);
        if self.planned.elapsed() >= REPLAN && matches!(self.settings, Settings::Session) {
            self.planned = Instant::now();
            // Any error here occurs again in the transaction, which reports it.
            self.wire.send(async |client| client.batch_execute("DISCARD PLANS").await);
        }
    }

    /// Commits, and waits until the server has.
    pub(crate) fn commit(&mut self) -> Result<()> {
        self.end("COMMIT")?;
        if self.wire.has_waited_in_vain() {
            // What is known of it is as much as of a commit without an answer.
            (self.late, self.broken) = (true, true);
            return Err(Error::Unavailable("PostgreSQL gave up waiting for its standby".to_owned()));
        }
        Ok(())
    }

    /// Rolls the transaction back, and waits for the server.
    pub(crate) fn roll_back(&mut self) -> Result<()> {
        self.end("ROLLBACK")
    }

    fn end(&mut self, words: &str) -> Result<()> {
        match std::mem::replace(&mut self.stage, Stage::Outside) {
            Stage::Inside => self.batch(words),
            Stage::Outside | Stage::Due(_) | Stage::Lone { .. } => Ok(()),
        }
    }

    /// Ends a transaction that changed nothing, without waiting for the server.
    pub(crate) fn leave(&mut self) {
        if matches!(std::mem::replace(&mut self.stage, Stage::Outside), Stage::Inside) {
            self.wire.send(async |client| client.batch_execute("COMMIT").await);
        }
    }

    /// Closes the connection without notifying the server.
    pub(crate) fn abandon(mut self) {
        self.wire.abandon();
    }

    /// Whether tables are distributed.
    pub(crate) fn is_distributed(&self) -> bool {
        self.kind.distributed
    }

    /// Within a transaction: whether statements are planned for the values they come with.
    pub(crate) fn plan_by_value(&mut self, wanted: bool) -> Result<()> {
        if wanted {
            return self.batch(BY_VALUE);
        }
        // It fails only in a failed transaction, which ends anyway.
        let planning = self.kind.planning_again();
        self.wire.send(async move |client| client.batch_execute(planning).await);
        Ok(())
    }

    /// Runs statements without parameters in one round trip.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let together;
        let text = match &self.stage {
            Stage::Due(begin) => {
                together = format!("{begin}; {sql}");
                self.stage = Stage::Inside;
                together.as_str()
            }
            Stage::Lone { .. } => return Err(self.tear()),
            Stage::Outside | Stage::Inside => sql,
        };
        let done = self.wire.call(self.patience.limit(), async |client| client.batch_execute(text).await);
        done.map_err(|failure| {
            let line = first_line(text, place(&failure, text));
            self.note(failure, line)
        })
    }

    /// Runs a statement without parameters and without a name, outside any transaction that is due.
    pub(super) fn simple(&mut self, sql: &str) -> Result<Vec<SimpleQueryMessage>> {
        let done = self.wire.call(self.patience.limit(), async |client| client.simple_query(sql).await);
        done.map_err(|failure| self.note(failure, sql))
    }

    /// Stops a read that needs more than one statement: it is run again in a transaction.
    fn tear(&mut self) -> Error {
        self.torn = true;
        Error::Busy
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

    /// Runs `sql`, passing each row to `each` until that returns `false`; the number of rows changed.
    pub(crate) fn statement(
        &mut self,
        lane: Lane,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64> {
        if matches!(self.stage, Stage::Lone { ran: true }) {
            return Err(self.tear());
        }
        let statement = match self.settings {
            Settings::Session => Some(self.prepare(lane, sql)?),
            Settings::Transaction(_) => may_run(lane, sql).map(|()| None)?,
        };
        let given = params.len();
        if let Some(count) = statement.as_ref().map(|s| s.params().len()).filter(|count| *count != given) {
            return Err(Error::Statement(format!("{count} parameters, {given} given, in {sql}")));
        }
        self.ran += 1;
        let begin = match std::mem::replace(&mut self.stage, Stage::Inside) {
            // If it failed, a statement sent with it would still run, and commit at once.
            Stage::Due(begin) if lane == Lane::Write && !is_select(sql) => {
                self.batch(&begin)?;
                None
            }
            Stage::Due(begin) => Some(begin),
            Stage::Lone { .. } => {
                self.stage = Stage::Lone { ran: true };
                None
            }
            stage => {
                self.stage = stage;
                None
            }
        };
        let done = self.wire.call(self.patience.limit(), async |client| {
            let query = query(client, statement.as_ref(), sql, params, each);
            let Some(begin) = &begin else { return query.await };
            let (begun, done) = join(client.batch_execute(begin), query).await;
            begun.and(done)
        });
        let done = done.map_err(|failure| self.note(failure, sql));
        #[cfg(debug_assertions)]
        if done.is_ok() {
            self.note_plan(sql, params);
        }
        done
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

    /// Translates an error and remembers what it means for the transaction and the connection.
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
        if *code == SqlState::FEATURE_NOT_SUPPORTED && db.message().contains("cached plan") {
            // Another process migrated the tables under a prepared statement.
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

/// The position in a batch that the server reported.
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

fn first_word(sql: &str) -> String {
    let word = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
    word.unwrap_or_default().to_ascii_uppercase()
}

fn is_select(sql: &str) -> bool {
    first_word(sql) == "SELECT"
}

/// Refuses a change in a read: `search` is a READ ONLY transaction, but `read` may have none around it.
fn may_run(lane: Lane, sql: &str) -> Result<()> {
    if lane == Lane::Read && !only_reads(sql) { Err(Error::ReadOnly(sql.to_owned())) } else { Ok(()) }
}

fn only_reads(sql: &str) -> bool {
    matches!(first_word(sql).as_str(), "SELECT" | "WITH" | "VALUES" | "SHOW" | "EXPLAIN")
}

/// Whether a statement is planned, so that `EXPLAIN` shows how.
#[cfg(debug_assertions)]
pub(super) fn has_plan(sql: &str) -> bool {
    matches!(first_word(sql).as_str(), "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "WITH" | "VALUES")
}

fn is_io(error: &DriverError) -> bool {
    let source = std::error::Error::source(error);
    error.is_closed() || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The error with what caused it, which the driver's own text leaves out.
pub(crate) fn describe(error: &DriverError) -> String {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}
