//! The tables of a database, and reading a table in slices.

use super::{Cell, Columns, LEFT_OUT};
use crate::{Dialect, Error, Result, Tx, Value, params};

/// The initial number of rows per read.
const FIRST: i64 = 500;
/// The maximum number of rows per read.
const MAX: i64 = 5_000;

/// A table and the order of its rows.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) columns: Columns,
    /// The indexes of the primary key's columns.
    key: Vec<usize>,
}

impl Table {
    /// A table whose primary key has these indexes among its columns.
    pub(super) fn new(columns: Columns, key: Vec<usize>) -> Table {
        Table { columns, key }
    }

    /// The columns of the primary key.
    pub(crate) fn key(&self) -> impl Iterator<Item = &str> {
        self.key.iter().map(|at| self.columns.columns[*at].as_str())
    }
}

/// The tables to archive, by name.
pub(crate) fn all(tx: &mut Tx<'_>) -> Result<Vec<Table>> {
    let sql = match tx.dialect() {
        // The names of the tables of a full-text index begin with its name.
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                AND name NOT LIKE 'search\\_grams\\_%' ESCAPE '\\' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT c.relname::text FROM pg_catalog.pg_class c
             WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema())
                AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname::text COLLATE \"C\""
        }
    };
    let names = tx.query_all(sql, &[], |row| row.get::<String>(0))?;
    let archived = names.into_iter().filter(|name| !LEFT_OUT.contains(&name.as_str()));
    archived.map(|name| table(tx, name)).collect()
}

fn table(tx: &mut Tx<'_>, name: String) -> Result<Table> {
    // The columns with their positions in the primary key, from 1; 0 for others. (An int2vector begins at 0.)
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT name, pk FROM pragma_table_info($1) ORDER BY cid",
        Dialect::Postgres => {
            "SELECT a.attname::text, coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
             FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
             LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
             WHERE c.relname = $1 AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n
                WHERE n.nspname = current_schema()) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        }
    };
    let found = tx.query_all(sql, params![&name], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
    let placed = found.iter().enumerate().map(|(at, (_, place))| (*place, at)).filter(|(place, _)| *place > 0);
    let mut key: Vec<(i64, usize)> = placed.collect();
    key.sort_unstable();
    if key.is_empty() {
        return Err(Error::Archive(format!("table {name} has no primary key")));
    }
    let columns = found.into_iter().map(|(column, _)| column).collect();
    Ok(Table { columns: Columns { name, columns }, key: key.into_iter().map(|(_, at)| at).collect() })
}

/// Reads the rows of a table in slices, ordered by its primary key.
pub(super) struct Slices<'t> {
    table: &'t Table,
    after: Vec<Cell>,
    limit: i64,
    done: bool,
}

impl<'t> Slices<'t> {
    pub(super) fn of(table: &'t Table) -> Slices<'t> {
        Slices { table, after: Vec::new(), limit: FIRST, done: false }
    }

    /// Passes the next rows to `each` until it returns `false`, which still consumes that row. Returns whether there
    /// were any.
    pub(super) fn next(&mut self, tx: &mut Tx<'_>, mut each: impl FnMut(&[Cell]) -> Result<bool>) -> Result<bool> {
        if self.done {
            return Ok(false);
        }
        let table = self.table;
        let sql = statement(table, !self.after.is_empty());
        let limit = self.limit;
        let mut params: Vec<Value<'_>> = self.after.iter().map(Cell::value).collect();
        params.push(Value::Int(limit));
        let (mut taken, mut last) = (0, Vec::new());
        tx.each(&sql, &params, |row| {
            let cells = (0..table.columns.columns.len()).map(|i| row.cell(i)).collect::<Result<Vec<Cell>>>()?;
            last = table.key.iter().map(|at| cells[*at].clone()).collect();
            taken += 1;
            each(&cells)
        })?;
        // Rows that were read but not consumed are wasted, so the next slice has about the length consumed this time.
        self.done = taken == 0;
        self.limit = (taken * 2).clamp(50, MAX);
        self.after = last;
        Ok(taken > 0)
    }
}

fn statement(table: &Table, goes_on: bool) -> String {
    let names = |names: &mut dyn Iterator<Item = &String>| {
        names.map(|name| format!("\"{name}\"")).collect::<Vec<String>>().join(", ")
    };
    let columns = names(&mut table.columns.columns.iter());
    let key = names(&mut table.key.iter().map(|at| &table.columns.columns[*at]));
    let places = (1..=table.key.len()).map(|n| format!("${n}")).collect::<Vec<String>>().join(", ");
    let (after, limit) =
        if goes_on { (format!(" WHERE ({key}) > ({places})"), table.key.len() + 1) } else { (String::new(), 1) };
    format!("SELECT {columns} FROM \"{}\"{after} ORDER BY {key} LIMIT ${limit}", table.columns.name)
}
