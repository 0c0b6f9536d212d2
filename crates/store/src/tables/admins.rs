//! Admins: the teammates of a workspace.

use crate::{Hold, Result, Row, WorkspaceTx, params};

/// An admin's row.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Admin {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
    pub job_title: Option<String>,
    pub avatar: Option<String>,
    pub role_id: Option<i64>,
    pub has_inbox_seat: bool,
    pub away_mode_enabled: bool,
    pub away_mode_reassign: bool,
    pub away_status_reason_id: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    pub removed_at: Option<i64>,
    /// The name of the role.
    pub role_name: Option<String>,
    /// Whether the role lets them give apps access.
    pub can_manage_apps: bool,
}

const SELECT: &str = "SELECT a.id, a.name, a.email, a.email_verified, a.job_title, a.avatar, a.role_id, a.has_inbox_seat, \
     a.away_mode_enabled, a.away_mode_reassign, a.away_status_reason_id, a.created_at, a.updated_at, a.removed_at, r.name, \
     COALESCE(r.can_manage_apps, FALSE) \
     FROM admins a LEFT JOIN roles r ON r.workspace_id = a.workspace_id AND r.id = a.role_id WHERE a.workspace_id = $1";

fn from_row(row: &Row<'_>) -> Result<Admin> {
    Ok(Admin {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        email_verified: row.get(3)?,
        job_title: row.get(4)?,
        avatar: row.get(5)?,
        role_id: row.get(6)?,
        has_inbox_seat: row.get(7)?,
        away_mode_enabled: row.get(8)?,
        away_mode_reassign: row.get(9)?,
        away_status_reason_id: row.get(10)?,
        created_at: row.get(11)?,
        updated_at: row.get(12)?,
        removed_at: row.get(13)?,
        role_name: row.get(14)?,
        can_manage_apps: row.get(15)?,
    })
}

/// One admin who has not been removed.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Admin>> {
    tx.query_opt(&format!("{SELECT} AND a.id = $2 AND a.removed_at IS NULL"), params![id], from_row)
}

/// Holds an admin's row to change it.
pub fn lock(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    let sql = format!("SELECT 1 FROM admins WHERE workspace_id = $1 AND id = $2{}", tx.hold(Hold::Change));
    tx.query_opt(&sql, params![id], |_| Ok(()))?;
    Ok(())
}

/// All admins who have not been removed, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<Admin>> {
    let sql = format!("{SELECT} AND a.removed_at IS NULL ORDER BY a.created_at, a.id");
    tx.query_all(&sql, &[], from_row)
}

/// All admins, those who have been removed too, oldest first.
pub fn ever(tx: &mut WorkspaceTx) -> Result<Vec<Admin>> {
    tx.query_all(&format!("{SELECT} ORDER BY a.created_at, a.id"), &[], from_row)
}

/// Adds an admin.
pub fn insert(tx: &mut WorkspaceTx, a: &Admin) -> Result<()> {
    tx.execute(
        "INSERT INTO admins (workspace_id, id, name, email, email_verified, job_title, avatar, role_id, has_inbox_seat, \
         away_mode_enabled, away_mode_reassign, away_status_reason_id, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![a.id, &a.name, &a.email, a.email_verified, &a.job_title, &a.avatar, a.role_id, a.has_inbox_seat, a.away_mode_enabled, a.away_mode_reassign, a.away_status_reason_id, a.created_at, a.updated_at],
    )?;
    Ok(())
}

/// Writes all columns of an admin.
pub fn update(tx: &mut WorkspaceTx, a: &Admin) -> Result<()> {
    tx.execute(
        "UPDATE admins SET name = $2, email = $3, email_verified = $4, job_title = $5, avatar = $6, role_id = $7, has_inbox_seat = $8, \
         away_mode_enabled = $9, away_mode_reassign = $10, away_status_reason_id = $11, updated_at = $12, removed_at = $13 \
         WHERE workspace_id = $1 AND id = $14",
        params![&a.name, &a.email, a.email_verified, &a.job_title, &a.avatar, a.role_id, a.has_inbox_seat, a.away_mode_enabled, a.away_mode_reassign, a.away_status_reason_id, a.updated_at, a.removed_at, a.id],
    )?;
    Ok(())
}
