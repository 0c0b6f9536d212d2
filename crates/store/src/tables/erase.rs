//! Removing a workspace in small steps, between which other writes run.

use std::time::{Duration, Instant};

use super::attachments;
use crate::ids::{AttachmentId, ConversationId, PartId};
use crate::{Result, WorkspaceTx, params, search};

/// How long a transaction removes rows while others wait for the write lane.
const MAX_TIME: Duration = Duration::from_millis(20);
/// The maximum number of rows per transaction: some of the work on indexes is done at the commit.
const BATCH: i64 = 500;
/// The number of rows per statement: a row may have megabytes.
const CHUNK: i64 = 25;
/// The tables that give access to a workspace, or that make it send data elsewhere.
const ACCESS_TABLES: [&str; 7] =
    ["admin_sessions", "apps", "inbox_sessions", "invitations", "oauth_codes", "tokens", "webhook_subscriptions"];

/// A table that has rows of workspaces.
#[derive(Debug, Clone)]
pub struct OwnTable {
    name: String,
    /// The columns of its primary key, as SQL.
    key: String,
    kind: Kind,
}

impl OwnTable {
    /// The table with this name and the columns of its primary key.
    pub(crate) fn new(name: String, key: String) -> Self {
        let kind = match name.as_str() {
            "attachments" => Kind::Attachments,
            "companies" | "contacts" | "conversations" => Kind::Searched,
            "conversation_parts" => Kind::Parts,
            _ => Kind::Plain,
        };
        Self { name, key, kind }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    /// `search_grams` refers to its rows. Some have no index by workspace alone.
    Searched,
    /// The same, but the id is not the first column of the key.
    Parts,
    Attachments,
}

/// Rows to remove.
#[derive(Debug, Clone)]
pub enum Found {
    /// The rows with these ids, in order.
    Ids(Vec<i64>),
    /// Any rows.
    Some,
}

/// What a transaction has removed.
#[derive(Debug, Default)]
pub struct Erased {
    /// The number of rows.
    pub rows: u64,
    /// The id of the last of them, if they were looked up by id.
    pub last: Option<i64>,
    /// The hashes of the files of removed attachments.
    pub hashes: Vec<String>,
}

/// Removes all access to a workspace.
pub fn close(tx: &mut WorkspaceTx) -> Result<()> {
    for table in ACCESS_TABLES {
        tx.send(&format!("DELETE FROM {table} WHERE workspace_id = $1"), &[])?;
    }
    Ok(())
}

/// The next rows of a workspace in a table, if any. Belongs in the search lane: it may walk over the rows of other
/// workspaces.
pub fn find(tx: &mut WorkspaceTx, table: &OwnTable, after: Option<i64>) -> Result<Option<Found>> {
    let name = &table.name;
    if table.kind == Kind::Searched {
        let sql = format!("SELECT id FROM {name} WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3");
        let ids: Vec<i64> = tx.query_all(&sql, params![after.unwrap_or(i64::MIN), BATCH], |row| row.get(0))?;
        return Ok((!ids.is_empty()).then_some(Found::Ids(ids)));
    }
    Ok(is_used(tx, table)?.then_some(Found::Some))
}

/// Removes some of these rows.
pub fn erase_some(tx: &mut WorkspaceTx, table: &OwnTable, found: &Found) -> Result<Erased> {
    let (began, mut erased) = (Instant::now(), Erased::default());
    match found {
        Found::Ids(ids) => {
            let sql = format!("DELETE FROM {} WHERE workspace_id = $1 AND id = $2", table.name);
            for id in ids {
                search::forget_grams(tx, *id)?;
                erased.rows += tx.execute(&sql, params![*id])?;
                erased.last = Some(*id);
                if began.elapsed() >= MAX_TIME {
                    break;
                }
            }
        }
        Found::Some => {
            for _ in 0..BATCH / CHUNK {
                let rows = match table.kind {
                    Kind::Attachments => files(tx, &mut erased.hashes)?,
                    Kind::Parts => parts(tx)?,
                    Kind::Plain | Kind::Searched => chunk(tx, table)?,
                };
                erased.rows += rows;
                if rows < CHUNK.cast_unsigned() || began.elapsed() >= MAX_TIME {
                    break;
                }
            }
        }
    }
    Ok(erased)
}

/// Removes the workspace itself, unless a table still has rows of it. Only tables with a suitable index are checked:
/// creating a contact or a company also leaves an event.
pub fn erase_itself(tx: &mut WorkspaceTx, tables: &[OwnTable]) -> Result<bool> {
    for table in tables.iter().filter(|table| table.kind != Kind::Searched) {
        if is_used(tx, table)? {
            return Ok(false);
        }
    }
    tx.send("DELETE FROM workspaces WHERE workspace_id = $1", &[])?;
    Ok(true)
}

fn is_used(tx: &mut WorkspaceTx, table: &OwnTable) -> Result<bool> {
    let sql = format!("SELECT 1 FROM \"{}\" WHERE workspace_id = $1 LIMIT 1", table.name);
    Ok(tx.query_opt(&sql, &[], |row| row.get::<i64>(0))?.is_some())
}

fn chunk(tx: &mut WorkspaceTx, OwnTable { name, key, .. }: &OwnTable) -> Result<u64> {
    let sql = format!(
        "DELETE FROM \"{name}\" WHERE ({key}) IN (SELECT {key} FROM \"{name}\" WHERE workspace_id = $1 LIMIT $2)"
    );
    tx.execute(&sql, params![CHUNK])
}

fn parts(tx: &mut WorkspaceTx) -> Result<u64> {
    let sql = "SELECT conversation_id, id FROM conversation_parts WHERE workspace_id = $1 LIMIT $2";
    let found: Vec<(ConversationId, PartId)> =
        tx.query_all(sql, params![CHUNK], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "DELETE FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 AND id = $3";
    let mut rows = 0;
    for (conversation, id) in found {
        search::forget_grams(tx, id.number())?;
        rows += tx.execute(sql, params![conversation, id])?;
    }
    Ok(rows)
}

fn files(tx: &mut WorkspaceTx, hashes: &mut Vec<String>) -> Result<u64> {
    let sql = "SELECT id FROM attachments WHERE workspace_id = $1 ORDER BY id LIMIT $2";
    let ids: Vec<AttachmentId> = tx.query_all(sql, params![CHUNK], |row| row.get(0))?;
    hashes.extend(attachments::delete_many(tx, &ids)?);
    Ok(ids.len() as u64)
}
