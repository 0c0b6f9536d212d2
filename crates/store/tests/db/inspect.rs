//! The schema of a database, in the same form for SQLite and for PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use deskwire_store::{Db, Dialect, Error, Row, Value, params};

/// A table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    /// Its columns: the type, `NOT NULL` and the default.
    pub(crate) columns: BTreeMap<String, String>,
    /// The columns of its primary key.
    pub(crate) key: Vec<String>,
    /// Its other indexes, by name.
    pub(crate) indexes: BTreeMap<String, Index>,
}

/// An index other than the primary key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) unique: bool,
    pub(crate) columns: Vec<String>,
    /// The tokens of the condition of a partial index, without those that PostgreSQL adds.
    pub(crate) condition: Vec<String>,
}

/// The tables of a database but those of the full-text index, which is of another kind in each.
pub(crate) fn tables(db: &Db) -> BTreeMap<String, Table> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
             AND name NOT LIKE 'search~_grams%' ESCAPE '~'"
        }
        Dialect::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relnamespace = CAST(current_schema() AS REGNAMESPACE)
             AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'search_grams'"
        }
    };
    let names = rows(db, sql, None, |row| row.get::<String>(0));
    names.into_iter().map(|name| (name.clone(), table(db, &name))).collect()
}

fn table(db: &Db, name: &str) -> Table {
    let mut table = match db.dialect() {
        Dialect::Sqlite => on_sqlite(db, name),
        Dialect::Postgres => on_postgres(db, name),
    };
    for index in table.indexes.values_mut() {
        // SQLite has the id of a table that is stored by it at the end of every index.
        if !index.unique && index.columns.last().is_some_and(|last| last == "id") {
            index.columns.pop();
        }
    }
    table
}

fn on_sqlite(db: &Db, name: &str) -> Table {
    let mut table = Table::default();
    let mut key = BTreeMap::new();
    let sql = "SELECT name, type, \"notnull\", coalesce(dflt_value, ''), pk FROM pragma_table_info($1)";
    let columns = rows(db, sql, Some(name), |row| {
        Ok((
            row.get::<String>(0)?,
            row.get::<String>(1)?,
            row.get::<bool>(2)?,
            row.get::<String>(3)?,
            row.get::<i64>(4)?,
        ))
    });
    for (column, kind, required, default, place) in columns {
        let kind = match kind.as_str() {
            "INTEGER" => "BIGINT",
            "REAL" => "DOUBLE PRECISION",
            "BLOB" => "BYTEA",
            other => other,
        };
        table.columns.insert(column.clone(), described(kind, required || place > 0, &default));
        if place > 0 {
            key.insert(place, column);
        }
    }
    let by_id =
        key.len() == 1 && key.values().all(|column| column == "id") && table.columns.contains_key("workspace_id");
    table.key = if by_id { vec!["workspace_id".to_owned(), "id".to_owned()] } else { key.into_values().collect() };
    let sql = "SELECT l.name, l.\"unique\", coalesce(substr(s.sql, instr(s.sql, ' WHERE ') + 7, 1000 * l.partial), '')
               FROM pragma_index_list($1) l LEFT JOIN sqlite_master s ON s.name = l.name WHERE l.origin <> 'pk'";
    let indexes =
        rows(db, sql, Some(name), |row| Ok((row.get::<String>(0)?, row.get::<bool>(1)?, row.get::<String>(2)?)));
    for (index, unique, condition) in indexes {
        let columns = rows(db, "SELECT name FROM pragma_index_info($1) ORDER BY seqno", Some(&index), |row| row.get(0));
        table.indexes.insert(index, Index { unique, columns, condition: words(&condition) });
    }
    table
}

fn on_postgres(db: &Db, name: &str) -> Table {
    let mut table = Table::default();
    let sql = "SELECT a.attname::text, upper(format_type(a.atttypid, a.atttypmod)), a.attnotnull,
                   coalesce(pg_get_expr(d.adbin, d.adrelid), ''), coalesce(c.collname::text, '')
               FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
               LEFT JOIN pg_collation c ON c.oid = a.attcollation
               WHERE a.attrelid = CAST(CAST($1 AS TEXT) AS REGCLASS) AND a.attnum > 0 AND NOT a.attisdropped";
    let columns = rows(db, sql, Some(name), |row| {
        Ok((
            row.get::<String>(0)?,
            row.get::<String>(1)?,
            row.get::<bool>(2)?,
            row.get::<String>(3)?,
            row.get::<String>(4)?,
        ))
    });
    for (column, kind, required, default, collation) in columns {
        // Texts compare as on SQLite. Names of migrations are never compared.
        let differs = kind == "TEXT" && collation != "C" && name != "schema_migrations";
        let kind = if differs { format!("TEXT COLLATE {collation}") } else { kind };
        table.columns.insert(column, described(&kind, required, &default));
    }
    let sql = "SELECT c.relname::text, i.indisunique, i.indisprimary, coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
                   (SELECT string_agg(pg_get_indexdef(i.indexrelid, n, TRUE), ' ' ORDER BY n)
                    FROM generate_series(1, i.indnkeyatts) AS n)
               FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
               WHERE i.indrelid = CAST(CAST($1 AS TEXT) AS REGCLASS)";
    let indexes = rows(db, sql, Some(name), |row| {
        let index = (row.get::<String>(0)?, row.get::<bool>(1)?, row.get::<bool>(2)?);
        Ok((index, row.get::<String>(3)?, row.get::<String>(4)?))
    });
    for ((index, unique, primary), condition, columns) in indexes {
        let columns = columns.split(' ').map(|column| column.trim_matches('"').to_owned()).collect();
        if primary {
            assert_eq!(index, format!("{name}_pkey"));
            table.key = columns;
        } else {
            table.indexes.insert(index, Index { unique, columns, condition: words(&condition) });
        }
    }
    table
}

fn described(kind: &str, required: bool, default: &str) -> String {
    let required = if required { " NOT NULL" } else { "" };
    let default = default.replace("::text", "");
    if default.is_empty() { format!("{kind}{required}") } else { format!("{kind}{required} DEFAULT {default}") }
}

/// The tokens of a condition, sorted: PostgreSQL shows `x IN ('a')` as `(x = ANY (ARRAY['a'::text]))`.
fn words(condition: &str) -> Vec<String> {
    let plain = condition.replace("::text", "").replace("= ANY (ARRAY[", "IN (");
    let split = plain.split(|c: char| c.is_whitespace() || "()[],;\"".contains(c));
    split.filter(|word| !word.is_empty()).map(str::to_owned).collect::<BTreeSet<String>>().into_iter().collect()
}

fn rows<T: Send + 'static>(
    db: &Db,
    sql: &'static str,
    of: Option<&str>,
    map: fn(&Row<'_>) -> Result<T, Error>,
) -> Vec<T> {
    let of = of.map(str::to_owned);
    db.search_sync(move |tx| {
        let params: &[Value<'_>] = match &of {
            Some(of) => params![of],
            None => &[],
        };
        tx.query_all(sql, params, map)
    })
    .unwrap()
}
