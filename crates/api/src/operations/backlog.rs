//! The work that waits after commits, for `/metrics`.

use std::fmt::Write;
use std::time::{Duration, Instant};

use deskwire_store::Db;
use tokio::sync::Mutex;

/// How long to wait for a count.
const TIMEOUT: Duration = Duration::from_millis(1_500);
/// How long a count is reused: anyone may request it, at any rate.
const MAX_AGE: Duration = Duration::from_secs(1);

/// The last count, and when it was read.
#[derive(Debug, Default)]
pub(crate) struct Backlog(Mutex<Option<(Instant, String)>>);

impl Backlog {
    pub(super) async fn render(&self, db: &Db) -> String {
        let mut last = self.0.lock().await;
        if let Some((_, text)) = last.as_ref().filter(|(asked, _)| asked.elapsed() < MAX_AGE) {
            return text.clone();
        }
        let text = match tokio::time::timeout(TIMEOUT, db.search(deskwire_domain::doctor::backlog)).await {
            Ok(Ok(backlog)) => rendered(&backlog),
            // /readyz reports a database that does not respond.
            Ok(Err(_)) | Err(_) => String::new(),
        };
        *last = Some((Instant::now(), text.clone()));
        text
    }
}

fn rendered(backlog: &deskwire_domain::doctor::Backlog) -> String {
    let mut out = String::from("# TYPE deskwire_waiting gauge\n");
    // Writing to a String cannot fail.
    for (of, count, _) in backlog.all {
        let _ = writeln!(out, "deskwire_waiting{{of=\"{of}\"}} {count}");
    }
    out.push_str("# TYPE deskwire_waiting_oldest_seconds gauge\n");
    for (of, _, seconds) in backlog.all {
        let _ = writeln!(out, "deskwire_waiting_oldest_seconds{{of=\"{of}\"}} {seconds}");
    }
    out
}
