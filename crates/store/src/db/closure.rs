//! Closures without their types.
//!
//! Hundreds of closures are given to a [`Db`](super::Db). The engines see all of them as a [`Closure`], so that they are
//! compiled once and not once for each closure (docs/adr/0082-engines-are-compiled-once.md).

use std::any::{Any, TypeId};

use super::tx::Tx;
use crate::{Error, Result};

/// A closure to run in transactions. It keeps the result of its last run.
pub(crate) trait Closure: Send {
    /// Runs it and keeps its result. Returns whether that is `Ok`.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Returns it as the type that its caller knows.
    fn into_any(self: Box<Self>) -> Box<dyn Any>
    where
        Self: 'static;
}

/// Why a closure had no effect.
pub(crate) enum Failure {
    /// It returned an error, which it keeps.
    Own,
    /// For any other reason.
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Other(error)
    }
}

/// What an engine returns to its caller: the closure with its result, or why there is none.
pub(crate) type Done = Result<Box<dyn Closure>>;

/// A closure whose caller waits elsewhere.
pub(crate) struct Owned {
    /// Identifies the closure, to remember how many statements it runs.
    pub(crate) kind: TypeId,
    pub(crate) closure: Box<dyn Closure>,
}

impl Owned {
    /// Returns the closure after a run.
    pub(crate) fn done(self, ended: Result<(), Failure>) -> Done {
        done(self.closure, ended)
    }
}

/// Returns a closure after a run.
pub(crate) fn done(closure: Box<dyn Closure>, ended: Result<(), Failure>) -> Done {
    match ended {
        Ok(()) | Err(Failure::Own) => Ok(closure),
        Err(Failure::Other(error)) => Err(error),
    }
}

/// A closure with its type.
pub(crate) struct Typed<T, E, F> {
    f: F,
    result: Option<Result<T, E>>,
}

impl<T, E, F> Typed<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    pub(crate) fn new(f: F) -> Self {
        Typed { f, result: None }
    }

    /// Returns its result after a run.
    pub(crate) fn result(self, ended: Result<(), Failure>) -> Result<T, E> {
        match ended {
            Ok(()) | Err(Failure::Own) => self.result.unwrap_or_else(|| Err(lost().into())),
            Err(Failure::Other(error)) => Err(error.into()),
        }
    }
}

/// Takes the result of a closure after a run.
pub(crate) type Take<T, E> = fn(Done) -> Result<T, E>;

/// Returns a closure without its type, and the function that takes its result.
pub(crate) fn owned<T, E, F>(f: F) -> (Owned, Take<T, E>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
{
    let owned = Owned { kind: TypeId::of::<F>(), closure: Box::new(Typed::new(f)) };
    (owned, |done| match done?.into_any().downcast::<Typed<T, E, F>>() {
        Ok(typed) => typed.result(Ok(())),
        Err(_) => Err(lost().into()),
    })
}

impl<T, E, F> Closure for Typed<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = (self.f)(tx);
        let is_ok = result.is_ok();
        self.result = Some(result);
        is_ok
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any>
    where
        Self: 'static,
    {
        self
    }
}

/// Returns the error for a result that is not there although the engine says that the closure ran.
fn lost() -> Error {
    Error::Unavailable("the result of a transaction was lost".to_owned())
}
