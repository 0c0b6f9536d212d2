//! Which server of a replicated PostgreSQL is the current primary.
//!
//! A standby that is promoted begins a new timeline, with a higher number. A primary that hung meanwhile may go on and
//! answer reads with outdated data, until the failover manager stops it. Its timeline reveals it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::server::Refused;

/// Its second column is null on a standby.
const WHO: &str = "SELECT system_identifier,
    CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) END
    FROM pg_catalog.pg_control_system()";

/// The timelines seen so far.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// The highest timeline of each database cluster, by its system identifier.
    newest: Mutex<HashMap<String, u32>>,
    /// The number of times that the server was lost or replaced. Connections opened before the last time are not used
    /// again.
    generation: AtomicU64,
}

impl Lineage {
    pub(super) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Discards all connections opened so far.
    pub(super) fn discard(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// Discards the connections of this generation, unless that has been done.
    pub(super) fn discard_of(&self, generation: u64) {
        let _ = self.generation.compare_exchange(generation, generation + 1, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// Fails if a new connection leads to a primary that has been replaced. If it leads to the one that replaced it,
    /// all other connections are discarded.
    pub(super) async fn check(&self, client: &Client) -> Result<(), Refused> {
        // Databases that only speak the wire protocol have no timelines.
        let Ok(messages) = client.simple_query(WHO).await else { return Ok(()) };
        let row = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((row.get(0)?, u32::from_str_radix(row.get(1)?, 16).ok()?)),
            _ => None,
        });
        row.map_or(Ok(()), |(system, timeline)| self.see(system, timeline))
    }

    fn see(&self, system: &str, timeline: u32) -> Result<(), Refused> {
        let mut newest = self.newest.lock();
        match newest.get_mut(system) {
            None => drop(newest.insert(system.to_owned(), timeline)),
            Some(known) if timeline > *known => {
                tracing::info!(timeline, "PostgreSQL has a new primary");
                *known = timeline;
                self.discard();
            }
            Some(known) if timeline < *known => {
                let reason = format!("it is no longer the primary: its timeline is {timeline}, and {known} exists");
                return Err(Refused::silent(reason));
            }
            Some(_) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Lineage;

    #[test]
    fn older_timelines_of_the_same_system_are_refused() {
        let lineage = Lineage::default();
        let sees = |system, timeline| lineage.see(system, timeline).is_ok();
        assert!(sees("a", 1) && sees("a", 1));
        assert_eq!(lineage.generation(), 0);
        assert!(sees("a", 3));
        assert_eq!(lineage.generation(), 1);
        assert!(!sees("a", 2) && sees("a", 3));
        assert!(sees("b", 1), "a database that was moved to another server");
        assert_eq!(lineage.generation(), 1);
    }
}
