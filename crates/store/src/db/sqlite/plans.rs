//! How SQLite runs each statement, written down while tests run: `scripts/plans.py` looks for those that walk over a table.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::Write;

use parking_lot::Mutex;
use rusqlite::Connection;

/// Names the file that plans are appended to.
const FILE: &str = "DESKWIRE_PLANS";

/// Writes down how a statement is run, once in a process: the statement, a tab, the steps, a new line.
#[expect(clippy::disallowed_methods, reason = "for tests alone, so it is no setting")]
pub(super) fn note(on: &Connection, sql: &str) {
    static SEEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let Some(file) = std::env::var_os(FILE) else { return };
    if !SEEN.lock().get_or_insert_default().insert(sql.to_owned()) {
        return;
    }
    let Ok(mut explain) = on.prepare(&format!("EXPLAIN QUERY PLAN {sql}")) else { return };
    let mut rows = explain.raw_query();
    let mut steps: Vec<String> = Vec::new();
    while let Ok(Some(row)) = rows.next() {
        steps.extend(row.get(3));
    }
    let words: Vec<&str> = sql.split_whitespace().collect();
    let line = format!("{}\t{}\n", words.join(" "), steps.join("; "));
    let written =
        OpenOptions::new().create(true).append(true).open(&file).and_then(|mut f| f.write_all(line.as_bytes()));
    if let Err(error) = written {
        tracing::error!(%error, ?file, "plans cannot be written down");
    }
}
