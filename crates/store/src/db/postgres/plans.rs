//! Records which shards each statement reaches while tests run on distributed tables. `scripts/shards.py` finds those
//! that reach more than one.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::pin::pin;

use futures_util::TryStreamExt;
use parking_lot::Mutex;
use tokio_postgres::types::Type;

use super::Session;
use crate::Value;

/// The environment variable that names the file to append plans to.
const FILE: &str = "DESKWIRE_TEST_SHARDS";

#[expect(clippy::disallowed_methods, reason = "it is for tests only, so it is not a setting")]
fn file() -> Option<OsString> {
    std::env::var_os(FILE)
}

impl Session {
    /// Records the plan of a statement that succeeded, once per process: the statement, a tab, the steps, a newline.
    pub(super) fn note_plan(&mut self, sql: &str, params: &[Value<'_>]) {
        static SEEN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
        if !self.is_distributed() || !super::words::has_plan(sql) {
            return;
        }
        let Some(file) = file() else { return };
        if !SEEN.lock().get_or_insert_default().insert(sql.to_owned()) {
            return;
        }
        let explain = format!("EXPLAIN (COSTS OFF) {sql}");
        let params = params.iter().copied().map(|value| (value, Type::UNKNOWN));
        let limit = self.patience.limit();
        let steps = self.wire.call(limit, async |client| {
            let mut steps: Vec<String> = Vec::new();
            let mut rows = pin!(client.query_typed_raw(&explain, params).await?);
            while let Some(row) = rows.try_next().await? {
                steps.push(row.get::<_, &str>(0).trim().to_owned());
            }
            Ok(steps)
        });
        let words: Vec<&str> = sql.split_whitespace().collect();
        let steps = steps.map_or_else(|_| "no plan".to_owned(), |steps| steps.join("; "));
        let line = format!("{}\t{steps}\n", words.join(" "));
        let written =
            OpenOptions::new().create(true).append(true).open(&file).and_then(|mut f| f.write_all(line.as_bytes()));
        if let Err(error) = written {
            tracing::error!(%error, ?file, "plans cannot be written down");
        }
    }
}
