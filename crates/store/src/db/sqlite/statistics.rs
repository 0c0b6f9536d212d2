//! Fixed statistics for SQLite's planner.
//!
//! Without statistics the planner assumes ten rows for each workspace, and prefers scanning the workspace by the
//! primary key to using an index. With statistics of the current contents, plans would change over time. So every
//! database gets the same statistics, those of one large workspace. An `ANALYZE` by the operator replaces them until
//! the next migration.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::Result;

/// The rows of a table.
const ROWS: u64 = 1_000_000;
/// The rows of a partial index, which covers pending or rare rows.
const WAITING: u64 = 1_000;
/// The rows with the same value in a selective column.
const ALIKE: u64 = 20;
/// The rows with the same value in a partial index, which is then preferred for queries of pending rows.
const ALIKE_WAITING: u64 = 2;
/// The number of distinct values in a column of `FEW`.
const VALUES: u64 = 8;
/// Columns with few distinct values, besides booleans.
const FEW: &[&str] = &[
    "admin_assignee_id",
    "app_id",
    "channel_initial",
    "error_type",
    "event_name",
    "field",
    "model",
    "object_kind",
    "owner_id",
    "person_type",
    "priority",
    "recipient_kind",
    "role",
    "source_author_type",
    "source_delivered_as",
    "source_type",
    "state",
    "subscription_id",
    "subscription_type_id",
    "target_kind",
    "team_assignee_id",
    "ticket_category",
    "ticket_state_id",
    "ticket_type_id",
    "type_id",
];

struct Index {
    name: String,
    unique: bool,
    primary: bool,
    /// The condition of a partial index. `None` for any other index.
    condition: Option<String>,
    columns: Vec<String>,
}

/// Writes the statistics for the current tables, within the open transaction.
pub(crate) fn write(on: &Connection) -> Result<()> {
    // Creates the statistics table, which only SQLite itself can create.
    on.execute_batch("ANALYZE sqlite_schema; DELETE FROM sqlite_stat1")?;
    let mut put = on.prepare("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, ?2, ?3)")?;
    for table in tables(on)? {
        let booleans = booleans(on, &table)?;
        let few = |column: &str| FEW.contains(&column) || booleans.contains(column);
        put.execute((&table, None::<&str>, ROWS.to_string()))?;
        for index in indexes(on, &table)? {
            // The primary key of a `WITHOUT ROWID` table has the table's name here.
            let name = if index.primary { &table } else { &index.name };
            put.execute((&table, Some(name), stat(&index, few)))?;
        }
    }
    // This connection loads them now; others do because the schema has changed.
    on.execute_batch("ANALYZE sqlite_schema")?;
    Ok(())
}

/// Returns the statistics of an index: its number of rows, then how many have the same value in its first column, in
/// its first two, and so on. They keep SQLite from skipping from one workspace to the next in an index instead of
/// looking up the next workspace: that would read each waiting workspace once more.
fn stat(index: &Index, few: impl Fn(&str) -> bool) -> String {
    let waiting = |condition: &str| !condition.contains("IS NOT NULL") && !condition.contains("'active'");
    let waits = index.condition.as_deref().is_some_and(waiting);
    let (all, most) = if waits { (WAITING, ALIKE_WAITING) } else { (ROWS, ALIKE) };
    let mut stat = all.to_string();
    let mut alike = all;
    for (i, column) in index.columns.iter().enumerate() {
        alike = match column.as_str() {
            _ if index.unique && i + 1 == index.columns.len() => 1,
            "workspace_id" => alike,
            name if few(name) => alike / VALUES,
            _ if alike > most => most,
            _ => alike / 2,
        }
        .max(1);
        stat = format!("{stat} {alike}");
    }
    format!("{stat} noskipscan")
}

fn tables(on: &Connection) -> Result<Vec<String>> {
    // The full-text index plans its own statements.
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' \
               AND name NOT LIKE 'search~_grams%' ESCAPE '~'";
    Ok(on.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn booleans(on: &Connection, table: &str) -> Result<HashSet<String>> {
    let sql = "SELECT name FROM pragma_table_info(?1) WHERE type = 'BOOLEAN'";
    Ok(on.prepare(sql)?.query_map([table], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}

fn indexes(on: &Connection, table: &str) -> Result<Vec<Index>> {
    let sql = "SELECT l.name, l.\"unique\", l.origin = 'pk', \
                      CASE WHEN l.partial THEN substr(s.sql, instr(s.sql, ' WHERE ')) END \
               FROM pragma_index_list(?1) l LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name";
    let mut found = on.prepare(sql)?;
    let mut columns = on.prepare("SELECT name FROM pragma_index_info(?1) ORDER BY seqno")?;
    let mut rows = found.query([table])?;
    let mut indexes = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let columns = columns.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let (unique, primary, condition) = (row.get(1)?, row.get(2)?, row.get(3)?);
        indexes.push(Index { name, unique, primary, condition, columns });
    }
    Ok(indexes)
}
