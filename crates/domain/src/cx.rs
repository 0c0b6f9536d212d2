//! A transaction with the actor on whose behalf it runs.

use std::ops::{Deref, DerefMut};

use deskwire_store::{Error, Tx, WorkspaceTx};

use crate::actor::Actor;

/// A transaction bound to an actor and the actor's workspace: every verb takes one.
///
/// It derefs to a [`WorkspaceTx`] for the functions of the store, which see only the actor's workspace.
pub struct Cx<'t, 'c> {
    tx: WorkspaceTx<'t, 'c>,
    actor: &'t Actor,
}

impl<'t, 'c> Cx<'t, 'c> {
    /// The transaction, bound to an actor.
    pub fn new(tx: &'t mut Tx<'c>, actor: &'t Actor) -> Self {
        Self { tx: tx.within(actor.workspace()), actor }
    }

    /// The actor on whose behalf the verb runs.
    pub fn actor(&self) -> &'t Actor {
        self.actor
    }

    /// The same transaction on behalf of another actor of the workspace.
    pub fn acting_as<'a>(&'a mut self, actor: &'a Actor) -> Cx<'a, 'c> {
        let workspace = self.tx.workspace();
        debug_assert_eq!(actor.workspace(), workspace, "an actor of another workspace");
        Cx { tx: self.tx.within(workspace), actor }
    }

    /// Runs `f` in a savepoint: if it fails, only its own changes are undone and the transaction continues.
    pub fn nested<T, E: From<Error>>(&mut self, f: impl FnOnce(&mut Cx<'_, 'c>) -> Result<T, E>) -> Result<T, E> {
        let actor = self.actor;
        self.tx.nested(|tx| f(&mut Cx::new(tx, actor)))
    }
}

impl<'t, 'c> Deref for Cx<'t, 'c> {
    type Target = WorkspaceTx<'t, 'c>;

    fn deref(&self) -> &WorkspaceTx<'t, 'c> {
        &self.tx
    }
}

impl<'t, 'c> DerefMut for Cx<'t, 'c> {
    fn deref_mut(&mut self) -> &mut WorkspaceTx<'t, 'c> {
        &mut self.tx
    }
}
