//! Second factors of teammates, and their recovery codes.

use super::record::{FromRow, record, select};
use crate::ids::AdminId;
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A second factor's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SecondFactor in "second_factors", key (admin_id: AdminId) {
        admin_id: AdminId,
        /// In base 32.
        secret: String,
        /// The time step of the last accepted code.
        last_step: i64,
        created_at: i64,
        confirmed_at: Option<i64>,
    }
    pub fn get, insert, update;
}

/// The second factor of an admin, locked for update.
pub fn lock(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<Option<SecondFactor>> {
    let sql = select!(SecondFactor, " AND admin_id = $2", tx, Hold::Change);
    tx.query_opt(sql, params![admin_id], SecondFactor::from_row)
}

/// Whether an admin has an active second factor.
pub fn is_confirmed(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<bool> {
    let sql = "SELECT 1 FROM second_factors WHERE workspace_id = $1 AND admin_id = $2 AND confirmed_at IS NOT NULL";
    Ok(tx.query_opt(sql, params![admin_id], |_| Ok(()))?.is_some())
}

/// The admins who have an active second factor, by id.
pub fn confirmed(tx: &mut WorkspaceTx) -> Result<Vec<AdminId>> {
    let sql =
        "SELECT admin_id FROM second_factors WHERE workspace_id = $1 AND confirmed_at IS NOT NULL ORDER BY admin_id";
    tx.query_all(sql, &[], |row| row.get(0))
}

/// Removes the second factor of an admin, with its codes. Returns whether there was one.
pub fn remove(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<bool> {
    tx.send("DELETE FROM recovery_codes WHERE workspace_id = $1 AND admin_id = $2", params![admin_id])?;
    let sql = "DELETE FROM second_factors WHERE workspace_id = $1 AND admin_id = $2";
    Ok(tx.execute(sql, params![admin_id])? > 0)
}

/// Adds a recovery code by its hash.
pub fn add_code(tx: &mut WorkspaceTx, admin_id: AdminId, hash: &str) -> Result<()> {
    let sql = "INSERT INTO recovery_codes (workspace_id, admin_id, hash) VALUES ($1, $2, $3)";
    tx.send(sql, params![admin_id, hash])
}

/// Uses up the recovery code with this hash. Returns whether there was one.
pub fn use_code(tx: &mut WorkspaceTx, admin_id: AdminId, hash: &str) -> Result<bool> {
    let sql = "DELETE FROM recovery_codes WHERE workspace_id = $1 AND admin_id = $2 AND hash = $3";
    Ok(tx.execute(sql, params![admin_id, hash])? > 0)
}

/// How many recovery codes an admin has left.
pub fn codes_left(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE workspace_id = $1 AND admin_id = $2";
    tx.query_one(sql, params![admin_id], |row| row.get(0))
}
