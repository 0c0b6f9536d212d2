//! The list of workspaces, for the command line and for readiness.

use crate::tables::record::FromRow;
use crate::tables::workspaces::Workspace;
use crate::{Result, Tx};

/// All workspaces, oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    let sql = format!("SELECT {} FROM workspaces ORDER BY created_at, workspace_id", Workspace::SELECTED);
    tx.query_all(&sql, &[], Workspace::from_row)
}

/// Whether there is any workspace: a cheap query to check that the database answers.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query_opt("SELECT 1 FROM workspaces LIMIT 1", &[], |_| Ok(()))?.is_some())
}
