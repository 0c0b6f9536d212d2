//! Records the plan of each statement while tests run. `scripts/plans.py` finds those that scan a table.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::Write;

use parking_lot::Mutex;
use rusqlite::Connection;

/// The environment variable that names the file to append plans to.
const FILE: &str = "DESKWIRE_PLANS";

/// Records the plan of a statement, once per process: the statement, a tab, the steps, a newline.
#[expect(clippy::disallowed_methods, reason = "it is for tests only, so it is not a setting")]
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
