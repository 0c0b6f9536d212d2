//! The list of workspaces, for the command line and for readiness.

use crate::archive::tables as schema;
use crate::tables::record::FromRow;
use crate::tables::workspaces::{OwnTable, Workspace};
use crate::{Result, Tx};

/// All workspaces, oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    let sql = format!("SELECT {} FROM workspaces ORDER BY created_at, workspace_id", Workspace::SELECTED);
    tx.query_all(&sql, &[], Workspace::from_row)
}

/// Serializes the creation of workspaces until the transaction ends.
pub fn lock(tx: &mut Tx<'_>) -> Result<()> {
    tx.send("UPDATE epochs SET value = value WHERE name = 'auth'", &[])
}

/// Whether there is any workspace: a cheap query to check that the database responds.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(tx.query_opt("SELECT 1 FROM workspaces LIMIT 1", &[], |_| Ok(()))?.is_some())
}

/// The tables that have rows of workspaces, apart from that of the workspaces themselves.
pub fn own_tables(tx: &mut Tx<'_>) -> Result<Vec<OwnTable>> {
    let all = schema::all(tx)?.into_iter();
    let own = all.filter(|table| {
        table.columns.name != "workspaces" && table.columns.columns.iter().any(|column| column == "workspace_id")
    });
    Ok(own.map(|table| OwnTable::new(table.columns.name.clone(), table.key().collect::<Vec<_>>().join(", "))).collect())
}
