//! One connection to PostgreSQL with its prepared statements.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::{Client, Statement};

use super::server::Server;
use crate::db::error::first_line;
use crate::db::row::{Inner, Row};
use crate::db::tx::{Lane, SnapshotKind};
use crate::{Error, Result, Value};

/// Every statement of the program fits; past it the cache starts over.
const STATEMENTS: usize = 512;

/// Plans are made without looking at values, as SQLite makes them: every workspace is then taken for one of the usual
/// size, where old statistics would take a new one for empty and its rows for not worth an index. A table that was
/// small when a plan was made may have grown since, so all of them go by indexes. Searches plan for themselves.
const PLANNING: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off";
/// For the rest of a transaction, or until it is taken back: the statements of a search.
const BY_VALUE: &str = "SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL enable_seqscan = on";
const WITHOUT_VALUES: &str = "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off";
/// How long plans are kept.
const REPLAN: Duration = Duration::from_secs(10);

/// A connection. Never used or dropped on a thread of the async runtime: the driver blocks on a
/// runtime of its own inside.
pub(crate) struct Session {
    client: Client,
    statements: HashMap<Box<str>, Statement>,
    /// When plans were last begun anew.
    planned: Instant,
    /// How often the pool had lost its server when this connection was made.
    pub(crate) generation: u64,
    /// Whether equal snapshots mean equal data, as on PostgreSQL itself. Databases that only speak its
    /// wire, and clusters, decide elsewhere what is visible.
    comparable: bool,
    /// The last error asks for the transaction to be run again.
    pub(crate) retry: bool,
    /// The connection is of no more use.
    pub(crate) broken: bool,
}

impl Session {
    /// Connects. `lock_timeout` bounds the wait for locks of others, in milliseconds.
    pub(crate) fn connect(server: &Server, generation: u64, lock_timeout: u128) -> Result<Session> {
        let client = server.connect()?;
        let mut session = Session {
            client,
            statements: HashMap::new(),
            planned: Instant::now(),
            generation,
            comparable: false,
            retry: false,
            broken: false,
        };
        session.batch(&format!("SET lock_timeout = {lock_timeout}; {PLANNING}"))?;
        Ok(session)
    }

    /// Finds out whether snapshots of this server can be compared.
    pub(crate) fn is_comparable(&mut self) -> Result<bool> {
        let mut comparable = false;
        self.statement(
            Lane::Read,
            "SELECT version(), EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus')",
            &[],
            &mut |row| {
                let version = row.str(0).unwrap_or_default();
                comparable = version.starts_with("PostgreSQL ") && !version.contains("-YB-") && row.get(1) == Ok(false);
                false
            },
        )?;
        Ok(comparable)
    }

    /// Takes over what [`Session::is_comparable`] found.
    pub(crate) fn set_comparable(&mut self, comparable: bool) {
        self.comparable = comparable;
    }

    /// Forgets what the last transaction met and, now and then, how statements were planned.
    pub(crate) fn renew(&mut self) {
        self.retry = false;
        if self.planned.elapsed() >= REPLAN {
            self.planned = Instant::now();
            if let Err(error) = self.batch("DISCARD PLANS") {
                // The transaction meets the same, and says so.
                tracing::debug!(%error, "plans could not be begun anew");
            }
        }
    }

    /// Within a transaction: whether statements are planned for the values they come with.
    pub(crate) fn plan_by_value(&mut self, wanted: bool) -> Result<()> {
        self.batch(if wanted { BY_VALUE } else { WITHOUT_VALUES })
    }

    /// Runs statements without parameters in one round trip.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        let done = self.client.batch_execute(sql);
        done.map_err(|e| {
            let statement = match e.as_db_error().and_then(postgres::error::DbError::position) {
                Some(postgres::error::ErrorPosition::Original(character)) => {
                    let before = sql.chars().take(*character as usize).map(char::len_utf8).sum();
                    first_line(sql, before)
                }
                _ => first_line(sql, 0),
            };
            self.note(&e, statement)
        })
    }

    pub(crate) fn snapshot(&mut self) -> Result<Option<SnapshotKind>> {
        if !self.comparable {
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

    /// Runs `sql`, giving each row to `each` until that answers `false`; how many rows changed.
    pub(crate) fn statement(
        &mut self,
        lane: Lane,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> bool,
    ) -> Result<u64> {
        let statement = self.prepare(lane, sql)?;
        let count = statement.params().len();
        if count != params.len() {
            let given = params.len();
            return Err(Error::Statement(format!("{count} parameters, {given} given, in {sql}")));
        }
        let done = query(&mut self.client, &statement, params, each);
        done.map_err(|e| self.note(&e, sql))
    }

    fn prepare(&mut self, lane: Lane, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        // `search` is a READ ONLY transaction, but `read` has none around it.
        if lane == Lane::Read && !only_reads(sql) {
            return Err(Error::ReadOnly(sql.to_owned()));
        }
        let prepared = self.client.prepare(sql);
        let statement = prepared.map_err(|e| self.note(&e, sql))?;
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        self.statements.insert(sql.into(), statement.clone());
        Ok(statement)
    }

    /// Translates an error and remembers what it means for the transaction and the connection.
    fn note(&mut self, error: &postgres::Error, sql: &str) -> Error {
        let Some(db) = error.as_db_error() else {
            // An error of the driver without one of the server: the wire, unless values did not fit.
            self.broken = self.client.is_closed() || is_io(error);
            return if self.broken {
                Error::Unavailable(describe(error))
            } else {
                Error::Database(format!("{} in {sql}", describe(error)))
            };
        };
        let code = db.code();
        let constraint = || db.constraint().unwrap_or_default().to_owned();
        if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
            self.retry = true;
            return Error::Busy;
        }
        if *code == SqlState::FEATURE_NOT_SUPPORTED && db.message().contains("cached plan") {
            // Another process migrated the tables under a prepared statement.
            self.statements.clear();
            self.retry = true;
        }
        if matches!(code.code().get(..2), Some("08")) || matches!(code.code(), "57P01" | "57P02" | "57P03") {
            self.broken = true;
            return Error::Unavailable(db.message().to_owned());
        }
        match *code {
            SqlState::UNIQUE_VIOLATION => Error::Unique(constraint()),
            SqlState::FOREIGN_KEY_VIOLATION => Error::ForeignKey,
            SqlState::NOT_NULL_VIOLATION => {
                Error::NotNull(format!("{}.{}", db.table().unwrap_or_default(), db.column().unwrap_or_default()))
            }
            SqlState::CHECK_VIOLATION => Error::Check(constraint()),
            SqlState::QUERY_CANCELED => Error::Timeout,
            SqlState::LOCK_NOT_AVAILABLE => Error::Busy,
            SqlState::READ_ONLY_SQL_TRANSACTION => Error::ReadOnly(sql.to_owned()),
            _ => Error::Database(format!("{} ({}) in {sql}", db.message(), code.code())),
        }
    }
}

fn query(
    client: &mut Client,
    statement: &Statement,
    params: &[Value<'_>],
    each: &mut dyn FnMut(&Row<'_>) -> bool,
) -> Result<u64, postgres::Error> {
    let mut rows = client.query_raw(statement, params.iter().copied())?;
    let mut wanted = true;
    while let Some(row) = rows.next()? {
        // Read to the end in any case: an error may follow the rows.
        wanted = wanted && each(&Row(Inner::Postgres(&row)));
    }
    Ok(rows.rows_affected().unwrap_or(0))
}

fn only_reads(sql: &str) -> bool {
    let word = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
    let word = word.unwrap_or_default().to_ascii_uppercase();
    matches!(word.as_str(), "SELECT" | "WITH" | "VALUES" | "SHOW" | "EXPLAIN")
}

fn is_io(error: &postgres::Error) -> bool {
    let source = std::error::Error::source(error);
    error.is_closed() || source.is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// The error with what caused it, which the driver's own text leaves out.
pub(crate) fn describe(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text.push_str(": ");
        text.push_str(&cause.to_string());
    }
    text
}
