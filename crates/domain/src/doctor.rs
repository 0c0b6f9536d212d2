//! Diagnostics of a whole database, for operators.

use deskwire_store::Tx;
pub use deskwire_store::global::doctor::{Listener, Stored, Troubled};
use deskwire_store::global::{backlog, doctor as store, workers};
pub use deskwire_store::stored_counts::{ALL as COUNTS, Compared, StoredCount};

use crate::error::Result;

/// Counts over the whole database.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    /// Workspaces.
    pub workspaces: i64,
    /// Tokens that have not ended.
    pub tokens: i64,
}

/// The version of the database, as it reports it.
pub fn version(tx: &mut Tx<'_>) -> Result<String> {
    Ok(store::version(tx)?)
}

/// The tolerated clock skew between a server and the database, in milliseconds.
const MAX_SKEW: i64 = 5_000;

/// The database's clock, and this process' compared with it, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// The time by the database's clock, in unix milliseconds.
    pub database: i64,
    /// How far the clock of this process is ahead; negative if it is behind. Excludes the round trip.
    pub ahead: i64,
}

impl Clocks {
    /// What is wrong if the clocks differ by more than is tolerated.
    pub fn skew(&self) -> Option<String> {
        if self.ahead.abs() <= MAX_SKEW {
            return None;
        }
        let (seconds, side) = (self.ahead.abs() / 1000, if self.ahead > 0 { "ahead of" } else { "behind" });
        Some(format!(
            "the clock of this machine is {seconds} s {side} the clock of the database, and at most {} s are allowed: \
             synchronize it, for instance with NTP",
            MAX_SKEW / 1000
        ))
    }
}

/// Reads the database's clock and compares it with this process'.
pub fn clocks(tx: &mut Tx<'_>) -> Result<Clocks> {
    let before = tx.now_ms();
    let database = workers::clock(tx)?;
    let after = tx.now_ms();
    Ok(Clocks { database, ahead: if database < before { before - database } else { (after - database).min(0) } })
}

/// The result of SQLite's integrity check; empty if the file is intact.
pub fn integrity(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    Ok(store::integrity(tx)?)
}

/// How much there is.
pub fn counts(tx: &mut Tx<'_>) -> Result<Counts> {
    let (workspaces, tokens) = store::counts(tx)?;
    Ok(Counts { workspaces, tokens })
}

/// The number of webhook subscriptions, and at most 100 of those with a problem, which includes failing for an hour.
pub fn webhooks(tx: &mut Tx<'_>) -> Result<(i64, Vec<Troubled>)> {
    let since = tx.now() - 3600;
    Ok(store::webhooks(tx, since, 100)?)
}

/// The topics of webhook subscriptions and the scopes of their apps, at most 10,000.
pub fn listeners(tx: &mut Tx<'_>) -> Result<Vec<Listener>> {
    Ok(store::listeners(tx, 10_000)?)
}

/// The stored files after one, by hash and workspace, at most 10,000.
pub fn files(tx: &mut Tx<'_>, after: (&str, &str)) -> Result<Vec<Stored>> {
    Ok(store::files(tx, after, 10_000)?)
}

/// Compares a count of the next rows of a workspace after an id, at most 1,000.
pub fn compare_counts(tx: &mut Tx<'_>, workspace: &str, of: StoredCount, after: i64) -> Result<Compared> {
    Ok(of.compare(&mut tx.within(workspace), after, 1_000)?)
}

/// Corrects a count of a row.
pub fn repair_count(tx: &mut Tx<'_>, workspace: &str, of: StoredCount, id: i64) -> Result<()> {
    Ok(of.repair(&mut tx.within(workspace), id)?)
}

/// The backlog of work after commits.
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    /// For each queue: its name, its length, and for how many seconds its oldest entry has been due.
    pub all: [(&'static str, i64, i64); 4],
}

/// The backlog of work after commits, in all workspaces.
pub fn backlog(tx: &mut Tx<'_>) -> Result<Backlog> {
    let now = tx.now();
    let of = |name, found: backlog::Waiting| (name, found.count, found.since.map_or(0, |at| (now - at).max(0)));
    Ok(Backlog {
        all: [
            of("events", backlog::events(tx)?),
            of("jobs", backlog::jobs(tx)?),
            of("mails", backlog::mails(tx)?),
            of("deliveries", backlog::deliveries(tx)?),
        ],
    })
}
