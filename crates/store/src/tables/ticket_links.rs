//! What tickets are linked to.

use super::{padded, places};
use crate::{Result, Row, Tx, params};

/// A link's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The ticket that the link was made on.
    pub ticket: i64,
    /// What it is linked to.
    pub object: i64,
    /// `conversation` or `ticket`: what the object is.
    pub kind: String,
    /// When it was linked.
    pub created_at: i64,
}

const COLUMNS: &str = "ticket_id, object_id, kind, created_at";

fn from_row(row: &Row<'_>) -> Result<Link> {
    Ok(Link { ticket: row.get(0)?, object: row.get(1)?, kind: row.get(2)?, created_at: row.get(3)? })
}

/// Links a ticket to an object; false when it was already.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, ticket: i64, object: i64, kind: &str) -> Result<bool> {
    let now = tx.now();
    let done = tx.execute(
        "INSERT INTO ticket_links (workspace_id, ticket_id, object_id, kind, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
        params![workspace, ticket, object, kind, now],
    )?;
    Ok(done == 1)
}

/// Takes a link away; false when there was none.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, ticket: i64, object: i64) -> Result<bool> {
    let sql = "DELETE FROM ticket_links WHERE workspace_id = $1 AND ticket_id = $2 AND object_id = $3";
    Ok(tx.execute(sql, params![workspace, ticket, object])? == 1)
}

/// Takes every link of a conversation or ticket away, made on it or on another.
pub fn delete_all_of(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<()> {
    tx.execute("DELETE FROM ticket_links WHERE workspace_id = $1 AND ticket_id = $2", params![workspace, id])?;
    tx.execute("DELETE FROM ticket_links WHERE workspace_id = $1 AND object_id = $2", params![workspace, id])?;
    Ok(())
}

/// How many objects a ticket is linked to.
pub fn count(tx: &mut Tx<'_>, workspace: &str, ticket: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM ticket_links WHERE workspace_id = $1 AND ticket_id = $2";
    tx.query_one(sql, params![workspace, ticket], |row| row.get(0))
}

/// The first `limit` links of these conversations and tickets, made on them.
pub fn of_tickets(tx: &mut Tx<'_>, workspace: &str, ids: &[i64], limit: i64) -> Result<Vec<Link>> {
    by(tx, workspace, "ticket_id", "object_id", ids, limit)
}

/// The first `limit` links to these conversations and tickets, made on others.
pub fn of_objects(tx: &mut Tx<'_>, workspace: &str, ids: &[i64], limit: i64) -> Result<Vec<Link>> {
    by(tx, workspace, "object_id", "ticket_id", ids, limit)
}

fn by(tx: &mut Tx<'_>, workspace: &str, by: &str, then: &str, ids: &[i64], limit: i64) -> Result<Vec<Link>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let padded = padded(ids);
    let sql = format!(
        "SELECT {COLUMNS} FROM ticket_links WHERE workspace_id = $1 AND {by} IN ({}) ORDER BY {by}, {then} LIMIT ${}",
        places(2, padded.len()),
        padded.len() + 2
    );
    let mut values = params![workspace].to_vec();
    values.extend(padded);
    values.push(crate::Value::Int(limit));
    tx.query_all(&sql, &values, from_row)
}
