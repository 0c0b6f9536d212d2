//! A transaction bound to one workspace.

use std::ops::{Deref, DerefMut};

use super::row::Row;
use super::tx::Tx;
use crate::{Error, Result, Value};

/// The maximum number of parameters that a statement can have without an allocation.
const INLINE: usize = 24;

/// A transaction that sees one workspace. `$1` of each of its statements is the workspace's id; the given parameters
/// follow from `$2` on. A statement that does not use `$1` fails, so none can forget the workspace.
///
/// Statements across workspaces take a plain [`Tx`] and are in [`global`](crate::global).
pub struct WorkspaceTx<'t, 'c> {
    tx: &'t mut Tx<'c>,
    workspace: &'t str,
}

impl<'c> Tx<'c> {
    /// Returns this transaction, bound to a workspace.
    pub fn within<'t>(&'t mut self, workspace: &'t str) -> WorkspaceTx<'t, 'c> {
        WorkspaceTx { tx: self, workspace }
    }
}

impl<'t, 'c> WorkspaceTx<'t, 'c> {
    /// Returns the workspace's id.
    pub fn workspace(&self) -> &'t str {
        self.workspace
    }

    /// Returns the transaction and the workspace's id.
    pub(crate) fn parts(&mut self) -> (&mut Tx<'c>, &'t str) {
        (self.tx, self.workspace)
    }

    /// Runs a statement that returns no rows. Returns the number of rows that it changed.
    pub fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64> {
        let tx = &mut *self.tx;
        with_workspace(self.workspace, sql, params, |params| tx.execute(sql, params))
    }

    /// Like [`Tx::send`]: runs a statement whose result nobody needs.
    pub fn send(&mut self, sql: &str, params: &[Value<'_>]) -> Result<()> {
        let tx = &mut *self.tx;
        with_workspace(self.workspace, sql, params, |params| tx.send(sql, params))
    }

    /// Runs a statement. Returns its rows, mapped.
    pub fn query_all<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let tx = &mut *self.tx;
        with_workspace(self.workspace, sql, params, |params| tx.query_all(sql, params, map))
    }

    /// Runs a statement. Returns its first row, mapped, or `None` if there is none.
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Option<T>> {
        let tx = &mut *self.tx;
        with_workspace(self.workspace, sql, params, |params| tx.query_opt(sql, params, map))
    }

    /// Runs a statement. Returns its first row, mapped. Fails with [`Error::NoRow`] if there is none.
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<T> {
        self.query_opt(sql, params, map)?.ok_or(Error::NoRow)
    }

    /// Like [`Tx::nested`], in the same workspace.
    pub fn nested<T, E: From<Error>>(
        &mut self,
        f: impl FnOnce(&mut WorkspaceTx<'_, 'c>) -> Result<T, E>,
    ) -> Result<T, E> {
        let workspace = self.workspace;
        self.tx.nested(|tx| f(&mut tx.within(workspace)))
    }

    /// Makes other writes of the workspace that guard the same key wait until this transaction ends. For rows that are
    /// created if they are not found and that no unique index protects. Query again after guarding the key.
    pub fn guard(&mut self, kind: &str, key: &str) -> Result<()> {
        self.tx.guard_name(&format!("{} {kind} {key}", self.workspace))
    }
}

impl<'c> Deref for WorkspaceTx<'_, 'c> {
    type Target = Tx<'c>;

    fn deref(&self) -> &Tx<'c> {
        self.tx
    }
}

impl<'c> DerefMut for WorkspaceTx<'_, 'c> {
    fn deref_mut(&mut self) -> &mut Tx<'c> {
        self.tx
    }
}

fn with_workspace<R>(workspace: &str, sql: &str, params: &[Value<'_>], f: impl FnOnce(&[Value<'_>]) -> R) -> R {
    debug_assert!(
        ["workspace_id = $1", "VALUES ($1", "(workspace_id, id) > ($1", "SELECT $1"]
            .iter()
            .any(|bound| sql.contains(bound)),
        "$1 is not compared with the workspace in {sql}"
    );
    let mut inline = [Value::from(workspace); INLINE];
    if let Some(rest) = inline.get_mut(1..=params.len()) {
        rest.copy_from_slice(params);
        return f(&inline[..=params.len()]);
    }
    let mut all = Vec::with_capacity(params.len() + 1);
    all.push(Value::from(workspace));
    all.extend_from_slice(params);
    f(&all)
}
