//! Keeps the statistics of PostgreSQL's planner up to date.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::Session;
use super::limits::Guards;
use super::server::Server;
use crate::Result;

/// The interval between two checks.
const EVERY: Duration = Duration::from_secs(10);
/// Selects tables of more than a megabyte that were never analyzed. The planner assumes that every index of such a
/// table finds a single row, and may scan a workspace by any of them. That is slow from a few thousand rows on.
///
/// Sizes are read from the file system, so only those of our own tables are: a server may have many others.
const UNKNOWN: &str = "SELECT c.relname FROM pg_catalog.pg_class c
    WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema())
        AND c.relkind = 'r' AND c.reltuples <= 0 AND pg_catalog.pg_relation_size(c.oid) > 1000000";

/// Analyzes tables that have grown, because the server's autovacuum takes minutes to do so.
pub(crate) struct Statistics {
    opened: Instant,
    /// The time of the next check, in milliseconds after `opened`.
    next: AtomicU64,
    at_work: Arc<AtomicBool>,
}

impl Statistics {
    pub(crate) fn new() -> Statistics {
        Statistics { opened: Instant::now(), next: AtomicU64::new(0), at_work: Arc::default() }
    }

    /// Looks for such tables from time to time and analyzes them in the background.
    pub(crate) fn look(&self, session: &mut Session, server: &Server) -> Result<()> {
        let now = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        let next = self.next.load(Ordering::Relaxed);
        let then = now.saturating_add(u64::try_from(EVERY.as_millis()).unwrap_or(u64::MAX));
        if now < next || self.next.compare_exchange(next, then, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return Ok(());
        }
        let tables = session.texts(UNKNOWN)?;
        if tables.is_empty() || self.at_work.swap(true, Ordering::SeqCst) {
            return Ok(());
        }
        let (server, at_work) = (server.clone(), Arc::clone(&self.at_work));
        let work = move || {
            if let Err(error) = measure(&server, &tables) {
                tracing::warn!(%error, "measuring tables failed");
            }
            at_work.store(false, Ordering::SeqCst);
        };
        if let Err(error) = std::thread::Builder::new().name("pg-statistics".to_owned()).spawn(work) {
            self.at_work.store(false, Ordering::SeqCst);
            tracing::warn!(%error, "starting a thread failed");
        }
        Ok(())
    }
}

fn measure(server: &Server, tables: &[String]) -> Result<()> {
    // Nothing waits for this, so it may wait for locks.
    let guards = Guards { lock: Duration::from_secs(60), ..Guards::default() };
    let mut session = Session::connect(server, 0, server.patience(), guards)?;
    session.without_limit();
    for table in tables {
        session.batch(&format!("ANALYZE \"{table}\""))?;
        tracing::info!(table, "measured a table that the planner knew nothing of");
    }
    Ok(())
}
