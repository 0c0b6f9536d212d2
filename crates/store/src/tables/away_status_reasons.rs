//! Why admins can be away.

use crate::{Result, Row, Tx, params};

/// A reason's row.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct AwayStatusReason {
    pub id: i64,
    pub label: String,
    pub emoji: String,
    /// Where it stands in the list.
    pub position: i64,
    pub deleted: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

const COLUMNS: &str = "id, label, emoji, position, deleted, created_at, updated_at";

fn from_row(row: &Row<'_>) -> Result<AwayStatusReason> {
    Ok(AwayStatusReason {
        id: row.get(0)?,
        label: row.get(1)?,
        emoji: row.get(2)?,
        position: row.get(3)?,
        deleted: row.get(4)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
    })
}

/// All reasons, deleted ones too, in their order.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<AwayStatusReason>> {
    tx.query_all(
        &format!("SELECT {COLUMNS} FROM away_status_reasons WHERE workspace_id = $1 ORDER BY position, id"),
        params![workspace],
        from_row,
    )
}

/// One reason.
pub fn get(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<AwayStatusReason>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM away_status_reasons WHERE workspace_id = $1 AND id = $2"),
        params![workspace, id],
        from_row,
    )
}

/// Adds a reason.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, r: &AwayStatusReason) -> Result<()> {
    tx.execute(
        &format!("INSERT INTO away_status_reasons (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"),
        params![workspace, r.id, &r.label, &r.emoji, r.position, r.deleted, r.created_at, r.updated_at],
    )?;
    Ok(())
}

/// Writes what may change of a reason.
pub fn update(tx: &mut Tx<'_>, workspace: &str, r: &AwayStatusReason) -> Result<()> {
    tx.execute(
        "UPDATE away_status_reasons SET emoji = $1, position = $2, deleted = $3, updated_at = $4 \
         WHERE workspace_id = $5 AND id = $6",
        params![&r.emoji, r.position, r.deleted, r.updated_at, workspace, r.id],
    )?;
    Ok(())
}
