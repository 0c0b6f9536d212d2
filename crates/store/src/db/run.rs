//! Runs a closure in a transaction that has begun.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::closure::{Closure, Failure};
use super::core::Wakes;
use super::tx::Tx;
use crate::{Error, Result};

/// The outcome of one run of a closure. The transaction is still open.
pub(crate) struct Ran {
    /// Whether its changes may be committed. Not if the closure returned `Ok` after a statement had failed.
    pub(crate) result: Result<(), Failure>,
    /// The notifications to send after the commit.
    pub(crate) wakes: Wakes,
    /// Whether it failed because of a duplicate id, and may succeed with new ids.
    pub(crate) collided: bool,
    /// Whether a unique index rejected a row.
    pub(crate) clashed: bool,
    /// Whether it must be run again in a transaction; see [`Tx::lone`].
    pub(crate) torn: bool,
    /// The number of statements that it ran.
    pub(crate) statements: u64,
}

impl Tx<'_> {
    /// Runs a closure and turns a panic into an error.
    pub(crate) fn run(mut self, f: &mut dyn Closure) -> Ran {
        // Only the transaction outlives the unwinding, and it is rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| f.run(&mut self)));
        // After a timeout the statements would count again in the next run.
        if self.failed.is_none() {
            self.core.counters.statements.fetch_add(self.statements, Ordering::Relaxed);
        }
        if self.collided {
            self.core.ids.move_on();
        }
        let result = match (result, self.failed) {
            (Ok(true), None) => Ok(()),
            (Ok(true), Some(error)) => Err(Failure::Other(error)),
            (Ok(false), _) => Err(Failure::Own),
            (Err(payload), _) => Err(Failure::Other(Error::panicked(&*payload))),
        };
        Ran {
            wakes: self.wakes,
            collided: self.collided && result.is_err(),
            clashed: self.clashed,
            torn: self.torn,
            statements: self.statements,
            result,
        }
    }
}
