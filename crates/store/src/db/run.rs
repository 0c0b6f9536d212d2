//! Running a closure in a transaction that was begun.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::core::Wakes;
use super::tx::Tx;
use crate::{Error, Result};

/// What came of one run of a closure. The transaction is still open.
pub(crate) struct Ran<T, E> {
    /// An `Err` also where the closure returned `Ok` after a statement had failed.
    pub(crate) result: Result<T, E>,
    /// The tasks to wake after the commit.
    pub(crate) wakes: Wakes,
    /// Whether it failed because of a duplicate id, and may succeed with new ones.
    pub(crate) collided: bool,
    /// Whether a unique index rejected a row.
    pub(crate) clashed: bool,
    /// Whether it has to be run again in a transaction, as [`Tx::lone`] says.
    pub(crate) torn: bool,
    /// How many statements it ran.
    pub(crate) statements: u64,
}

impl Tx<'_> {
    /// Runs `f`, turning a panic into an error.
    pub(crate) fn run<T, E: From<Error>>(mut self, f: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>) -> Ran<T, E> {
        // Only the transaction outlives the unwinding, and it is rolled back.
        let result = catch_unwind(AssertUnwindSafe(|| f(&mut self)));
        // A statement that is run again after a timeout would count twice.
        if self.failed.is_none() {
            self.core.counters.statements.fetch_add(self.statements, Ordering::Relaxed);
        }
        if self.collided {
            self.core.ids.move_on();
        }
        let result = match (result, self.failed) {
            (Ok(Ok(_)), Some(error)) => Err(error.into()),
            (Ok(result), _) => result,
            (Err(payload), _) => Err(Error::panicked(&*payload).into()),
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
