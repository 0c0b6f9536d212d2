//! The list of workspaces, for the command line, for readiness and for workers.

use crate::archive::tables as schema;
use crate::tables::padded_texts;
use crate::tables::record::FromRow;
use crate::tables::workspaces::{OwnTable, Workspace};
use crate::{Result, Tx};

/// All workspaces, oldest first.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Workspace>> {
    let sql = format!("SELECT {} FROM workspaces ORDER BY created_at, workspace_id", Workspace::SELECTED);
    tx.query_all(&sql, &[], Workspace::from_row)
}

/// A workspace, and the node of Citus that its rows are on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// The number of the node's group; `None` without Citus.
    pub node: Option<i64>,
    /// The id of the workspace.
    pub workspace: String,
}

/// All workspaces with their nodes, those of a node together.
pub fn homes(tx: &mut Tx<'_>) -> Result<Vec<Home>> {
    let mut ids: Vec<String> = tx.query_all("SELECT workspace_id FROM workspaces", &[], |row| row.get::<String>(0))?;
    ids.sort_unstable();
    if !tx.is_on_citus() {
        return Ok(ids.into_iter().map(|workspace| Home { node: None, workspace }).collect());
    }
    let mut homes = Vec::with_capacity(ids.len());
    for ids in ids.chunks(256) {
        let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
        let values = padded_texts(&texts);
        let listed: Vec<String> = (1..=values.len()).map(|n| format!("(CAST(${n} AS TEXT))")).collect();
        // The coordinator answers this from its own tables, without asking a node.
        let sql = format!(
            "SELECT DISTINCT w.column1, CAST(p.groupid AS BIGINT) FROM (VALUES {}) w JOIN pg_dist_placement p \
             ON p.shardid = get_shard_id_for_distribution_column('workspaces', w.column1)",
            listed.join(", ")
        );
        homes.extend(tx.query_all(&sql, &values, |row| Ok(Home { node: Some(row.get(1)?), workspace: row.get(0)? }))?);
    }
    homes.sort_unstable();
    homes.dedup_by(|next, home| next.workspace == home.workspace);
    Ok(homes)
}

/// Serializes the creation of workspaces until the transaction ends.
pub fn lock(tx: &mut Tx<'_>) -> Result<()> {
    tx.send("UPDATE epochs SET value = value WHERE name = 'auth'", &[])
}

/// Whether there is any workspace: a cheap query to check that the database responds. On Citus it does not ask the nodes
/// for workspaces, so that a server stays ready while one of them is down.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    if tx.is_on_citus() {
        return Ok(tx.query_opt("SELECT 1 FROM epochs LIMIT 1", &[], |_| Ok(()))?.is_some());
    }
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
