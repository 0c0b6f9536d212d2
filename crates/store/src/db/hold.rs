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

impl Tx<'_> {
    /// Returns the clause with which a `SELECT` of a write locks its rows. SQLite has one writer and needs none.
    pub fn hold(&self, hold: Hold) -> &'static str {
        match (self.dialect(), self.lane, hold) {
            (Dialect::Sqlite, ..) | (_, Lane::Read | Lane::Search, _) => "",
            (.., Hold::Reference) => " FOR KEY SHARE",
            (.., Hold::Change) => " FOR NO KEY UPDATE",
            (.., Hold::End) => " FOR UPDATE",
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
