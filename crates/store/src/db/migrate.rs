//! Migrates the schema to the version of this program.

use std::collections::HashSet;
use std::path::Path;

use super::postgres::Session;
use super::sqlite;
use super::tx::Lane;
use crate::{Error, Result, params};

/// A migration, as the build script translated it for each database (see `translate.rs`).
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Its position in the order.
    pub number: i64,
    /// `NNNN_name`, the name of its file or folder.
    pub name: &'static str,
    /// The SQL for SQLite.
    pub sqlite: &'static str,
    /// The SQL for PostgreSQL.
    pub postgres: &'static str,
}

impl Migration {
    /// Returns the migrations of this program, in order.
    pub fn embedded() -> &'static [Migration] {
        EMBEDDED
    }
}

/// The migrations in `migrations/`.
pub(crate) const EMBEDDED: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";
const APPLIED: &str = "SELECT number, name FROM schema_migrations ORDER BY number";
const RECORD: &str = "INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, $2, $3)";

/// The number and the name of an applied migration.
type Applied = (i64, String);

/// A connection that migrates. Statements run one at a time, in transactions that the migration controls.
pub(crate) trait Migrate {
    /// Begins a transaction that no migration of another process can overlap.
    fn begin(&mut self) -> Result<()>;
    fn end(&mut self, commit: bool) -> Result<()>;
    fn has_table(&mut self) -> Result<bool>;
    fn applied(&mut self) -> Result<Vec<Applied>>;
    fn batch(&mut self, sql: &str) -> Result<()>;
    fn apply(&mut self, migration: &Migration, now: i64) -> Result<()>;
    /// Runs after the last migration, in its transaction.
    fn finish(&mut self) -> Result<()>;
    /// Copies the database before the first migration that changes a database in use.
    fn keep_copy(&mut self, before: &Migration) -> Result<()>;
}

/// Runs the pending migrations of `set`. Returns their names.
pub(crate) fn run(on: &mut impl Migrate, set: &[Migration], now: i64) -> Result<Vec<String>> {
    let mut ran = Vec::new();
    loop {
        on.begin()?;
        // Looked up again for each migration, inside the transaction: another process may be migrating too.
        match step(on, set, now, ran.is_empty()) {
            Ok(Some(name)) => {
                on.end(true)?;
                tracing::debug!(migration = name, "migrated");
                ran.push(name.to_owned());
            }
            Ok(None) => {
                on.end(false)?;
                if let Some(last) = ran.last() {
                    tracing::info!(migrations = ran.len(), last, "migrated the database");
                }
                return Ok(ran);
            }
            Err(error) => {
                on.end(false)?;
                return Err(error);
            }
        }
    }
}

/// Returns the names of the pending migrations of `set`.
pub(crate) fn pending(on: &mut impl Migrate, set: &[Migration]) -> Result<Vec<String>> {
    let applied = if on.has_table()? { on.applied()? } else { Vec::new() };
    known(&applied, set)?;
    let missing = missing(&applied, set);
    Ok(missing.map(|m| m.name.to_owned()).collect())
}

fn step<'s>(on: &mut impl Migrate, set: &'s [Migration], now: i64, first: bool) -> Result<Option<&'s str>> {
    let applied = if on.has_table()? { on.applied()? } else { Vec::new() };
    known(&applied, set)?;
    let mut missing = missing(&applied, set);
    let Some(next) = missing.next() else {
        return Ok(None);
    };
    if first && !applied.is_empty() {
        on.keep_copy(next)?;
    }
    on.batch(TABLE)?;
    on.apply(next, now).map_err(|e| Error::Database(format!("migration {}: {e}", next.name)))?;
    if missing.next().is_none() {
        on.finish()?;
    }
    Ok(Some(next.name))
}

/// Returns the pending migrations of `set`, in order.
fn missing<'s>(applied: &[Applied], set: &'s [Migration]) -> impl Iterator<Item = &'s Migration> {
    let applied: HashSet<i64> = applied.iter().map(|(number, _)| *number).collect();
    set.iter().filter(move |migration| !applied.contains(&migration.number))
}

/// Fails if the database has a newer version or different migrations.
fn known(applied: &[Applied], set: &[Migration]) -> Result<()> {
    for (number, name) in applied {
        let why = match set.iter().find(|migration| migration.number == *number) {
            Some(migration) if migration.name == name => continue,
            Some(migration) => format!(
                "the database was made by a development version of Deskwire: its migration {name} is {} in this version, so it \
                 cannot be upgraded in place. Back it up with the program that made it (`deskwire backup`) and restore the \
                 archive with this one (`deskwire restore`), or start with an empty database",
                migration.name
            ),
            None => format!(
                "the database is at migration {number:04}, which this version of Deskwire does not know: \
                 run the newer version, or restore a backup"
            ),
        };
        return Err(Error::Unavailable(why));
    }
    Ok(())
}

/// SQLite, with the path of its file. `None` if it is in memory.
pub(crate) struct OnSqlite<'c> {
    pub(crate) conn: &'c sqlite::Conn,
    pub(crate) path: Option<&'c Path>,
}

impl Migrate for OnSqlite<'_> {
    fn begin(&mut self) -> Result<()> {
        // Rebuilding a table drops it, which must not cascade. The keys are checked before the commit.
        self.conn.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE")
    }

    fn end(&mut self, commit: bool) -> Result<()> {
        let done = if self.conn.in_no_transaction() {
            Ok(())
        } else {
            self.conn.execute_batch(if commit { "COMMIT" } else { "ROLLBACK" })
        };
        self.conn.execute_batch("PRAGMA foreign_keys = ON")?;
        done
    }

    fn has_table(&mut self) -> Result<bool> {
        let sql = "SELECT count(*) FILTER (WHERE name = 'schema_migrations'), count(*) FROM sqlite_master";
        match self.conn.raw.query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))? {
            (0, 0) => Ok(false),
            (0, _) => Err(Error::Unavailable("the file holds the tables of another program".to_owned())),
            _ => Ok(true),
        }
    }

    fn applied(&mut self) -> Result<Vec<Applied>> {
        let mut statement = self.conn.raw.prepare(APPLIED)?;
        let applied = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(applied.collect::<rusqlite::Result<_>>()?)
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql)
    }

    fn apply(&mut self, migration: &Migration, now: i64) -> Result<()> {
        self.conn.execute_batch(migration.sqlite)?;
        let record = params![migration.number, migration.name, now];
        self.conn.statement(Lane::Write, RECORD, record, &mut |_| false)?;
        let broken = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        match self.conn.raw.query_row("PRAGMA foreign_key_check", [], broken) {
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(()),
            Err(error) => Err(error.into()),
            Ok(table) => Err(Error::Database(format!("rows of {table} refer to missing rows"))),
        }
    }

    fn finish(&mut self) -> Result<()> {
        sqlite::statistics::write(&self.conn.raw)
    }

    fn keep_copy(&mut self, before: &Migration) -> Result<()> {
        if let Some(path) = self.path {
            let copy = sqlite::snapshot_before(path, before.number)?;
            tracing::info!(copy = %copy.display(), "kept a copy before the upgrade");
        }
        Ok(())
    }
}

impl Migrate for Session {
    fn begin(&mut self) -> Result<()> {
        // The lock belongs to the schema, as the tables do. Another process may hold it for as long as its upgrade
        // takes.
        self.batch(
            "BEGIN; SET LOCAL lock_timeout = 0;
             SELECT pg_advisory_xact_lock(hashtext('deskwire ' || coalesce(current_schema(), '')))",
        )
    }

    fn end(&mut self, commit: bool) -> Result<()> {
        self.batch(if commit { "COMMIT" } else { "ROLLBACK" })
    }

    fn has_table(&mut self) -> Result<bool> {
        let sql = "SELECT 1 FROM information_schema.tables
            WHERE table_schema = current_schema() AND table_name = 'schema_migrations'";
        let mut found = false;
        self.statement(Lane::Write, sql, &[], &mut |_| {
            found = true;
            true
        })?;
        Ok(found)
    }

    fn applied(&mut self) -> Result<Vec<Applied>> {
        let mut applied = Vec::new();
        self.statement(Lane::Write, APPLIED, &[], &mut |row| {
            applied.push(row.get(0).and_then(|number| Ok((number, row.get(1)?))));
            true
        })?;
        applied.into_iter().collect()
    }

    fn batch(&mut self, sql: &str) -> Result<()> {
        Session::batch(self, sql)
    }

    fn apply(&mut self, migration: &Migration, now: i64) -> Result<()> {
        Session::batch(self, migration.postgres)?;
        let record = params![migration.number, migration.name, now];
        self.statement(Lane::Write, RECORD, record, &mut |_| false)?;
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(()) // the server keeps its own count
    }

    fn keep_copy(&mut self, _: &Migration) -> Result<()> {
        Ok(()) // backups are the operator's: a dump may take hours and needs space elsewhere
    }
}
