//! Locks of a write on the rows that its decisions depend on.

use super::Dialect;
use super::tx::{Lane, Tx};
use crate::Result;

/// How a write locks a row that it reads, weakest lock first. The lock lasts until the transaction ends. The statement
/// that reads the row locks it; ADR 18 has the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The write refers to the row. Others may refer to it and change it, but not delete it.
    Reference,
    /// The write changes the row depending on what it read. Others may still refer to it.
    Change,
    /// The write deletes, archives, merges or converts the row. Others can neither refer to it nor change it.
    End,
}

/// How far the clocks of two servers may differ, in seconds: each may differ from the database's by 5 s (ADR 71).
const MAX_SKEW: i64 = 10;

impl Tx<'_> {
    /// Returns the clause with which the next statement, a `SELECT` of a write, locks its rows. SQLite has one writer and
    /// needs none. The statement may wait for another transaction, so the time advances when it has run (ADR 81).
    pub fn hold(&self, hold: Hold) -> &'static str {
        if self.dialect() == Dialect::Sqlite || self.lane != Lane::Write {
            return "";
        }
        self.locks.set(true);
        match hold {
            Hold::Reference => " FOR KEY SHARE",
            Hold::Change => " FOR NO KEY UPDATE",
            Hold::End => " FOR UPDATE",
        }
    }

    /// Advances the time if the statement that has just run was to lock rows.
    pub(super) fn advance_after_lock(&mut self) {
        if self.locks.take() && !self.is_set {
            self.now = self.now.max(self.core.options.clock.now());
        }
    }

    /// Advances the time to when a locked row last changed, by the clock of whichever server changed it. Does nothing
    /// if that is further ahead than clocks may differ: then that clock was wrong.
    pub(crate) fn follow(&mut self, changed_at: i64) {
        let ahead = changed_at.saturating_sub(self.now);
        if self.lane == Lane::Write && !self.is_set && (1..=MAX_SKEW).contains(&ahead) {
            self.now = changed_at;
        }
    }

    /// Like [`Hold::Change`], but skips locked rows. It never waits, so it cannot deadlock.
    pub fn hold_free(&self) -> &'static str {
        if self.hold(Hold::Change).is_empty() { "" } else { " FOR NO KEY UPDATE SKIP LOCKED" }
    }

    /// Like [`guard`](super::WorkspaceTx::guard), for a name that is unique across workspaces.
    pub(crate) fn guard_name(&mut self, name: &str) -> Result<()> {
        if self.hold(Hold::Change).is_empty() {
            return Ok(());
        }
        self.query_opt("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", &[name.into()], |_| Ok(()))?;
        Ok(())
    }
}
