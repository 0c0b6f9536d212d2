//! Removing a workspace, a bounded number of rows at a time.

use super::attachments;
use crate::archive::tables::{self, Table};
use crate::ids::AttachmentId;
use crate::{Result, WorkspaceTx, params, search};

/// Rows that one transaction removes, at most.
const BATCH: u64 = 1_000;
/// What opens a door to a workspace, or sends what happens there somewhere else.
const DOORS: [&str; 5] = ["admin_sessions", "apps", "oauth_codes", "tokens", "webhook_subscriptions"];
/// Tables whose rows `search_grams` tells of.
const SEARCHED: [&str; 3] = ["companies", "contacts", "conversations"];

/// Where the next transaction goes on: contacts and companies have no index by workspace alone, and are walked once.
#[derive(Debug)]
pub struct Place {
    table: String,
    after: i64,
}

/// What one transaction has removed.
#[derive(Debug, Default)]
pub struct Erased {
    /// How many rows.
    pub rows: u64,
    /// The contents that attachments among them had.
    pub hashes: Vec<String>,
    /// Where to go on; none to begin again.
    pub next: Option<Place>,
    /// Whether nothing is left, the workspace itself included.
    pub is_done: bool,
}

/// Removes what opens a door to a workspace.
pub fn close(tx: &mut WorkspaceTx) -> Result<()> {
    for table in DOORS {
        tx.execute(&format!("DELETE FROM {table} WHERE workspace_id = $1"), &[])?;
    }
    Ok(())
}

/// Removes some rows of a workspace, of whatever tables there are. Its own row goes when all tables, looked at from the
/// first one on, have none.
pub fn erase_some(tx: &mut WorkspaceTx, from: Option<&Place>) -> Result<Erased> {
    let (mut erased, mut left) = (Erased::default(), BATCH);
    for table in tables::all(tx)? {
        let name = table.columns.name.as_str();
        let is_its_own = name != "workspaces" && table.columns.columns.iter().any(|column| column == "workspace_id");
        if !is_its_own || from.is_some_and(|place| name < place.table.as_str()) {
            continue;
        }
        let rows = match name {
            "attachments" => files(tx, left, &mut erased.hashes)?,
            _ if SEARCHED.contains(&name) => {
                let after = from.filter(|place| place.table == name).map_or(i64::MIN, |place| place.after);
                let (rows, last) = searched(tx, name, after, left)?;
                erased.next = last.map(|after| Place { table: name.to_owned(), after });
                rows
            }
            _ => rows(tx, &table, left)?,
        };
        (erased.rows, left) = (erased.rows + rows, left.saturating_sub(rows));
        if left == 0 {
            return Ok(erased);
        }
        erased.next = None;
    }
    if from.is_none() {
        erased.rows += tx.execute("DELETE FROM workspaces WHERE workspace_id = $1", &[])?;
        erased.is_done = true;
    }
    Ok(erased)
}

fn rows(tx: &mut WorkspaceTx, table: &Table, limit: u64) -> Result<u64> {
    let (name, key) = (&table.columns.name, table.key().collect::<Vec<_>>().join(", "));
    let sql = format!(
        "DELETE FROM \"{name}\" WHERE ({key}) IN (SELECT {key} FROM \"{name}\" WHERE workspace_id = $1 LIMIT $2)"
    );
    tx.execute(&sql, params![limit.cast_signed()])
}

/// How many rows went, and the id of the last of them.
fn searched(tx: &mut WorkspaceTx, table: &str, after: i64, limit: u64) -> Result<(u64, Option<i64>)> {
    let sql = format!("SELECT id FROM {table} WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    let ids: Vec<i64> = tx.query_all(&sql, params![after, limit.cast_signed()], |row| row.get(0))?;
    let sql = format!("DELETE FROM {table} WHERE workspace_id = $1 AND id = $2");
    for id in &ids {
        search::forget_grams(tx, *id)?;
        tx.execute(&sql, params![*id])?;
    }
    Ok((ids.len() as u64, ids.last().copied()))
}

fn files(tx: &mut WorkspaceTx, limit: u64, hashes: &mut Vec<String>) -> Result<u64> {
    let sql = "SELECT id, hash FROM attachments WHERE workspace_id = $1 ORDER BY id LIMIT $2";
    let found: Vec<(AttachmentId, Option<String>)> =
        tx.query_all(sql, params![limit.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let ids: Vec<AttachmentId> = found.iter().map(|(id, _)| *id).collect();
    attachments::delete_many(tx, &ids)?;
    hashes.extend(found.into_iter().filter_map(|(_, hash)| hash));
    Ok(ids.len() as u64)
}
