//! Roles that admins can have, and what they permit.

use crate::{Result, WorkspaceTx, params};

/// The id of the role of this name, and whether it had to be made; a new one permits nothing.
pub fn ensure(tx: &mut WorkspaceTx, name: &str) -> Result<(i64, bool)> {
    let found =
        tx.query_opt("SELECT id FROM roles WHERE workspace_id = $1 AND name = $2", params![name], |row| row.get(0))?;
    if let Some(id) = found {
        return Ok((id, false));
    }
    let id = tx.mint();
    let sql = "INSERT INTO roles (workspace_id, id, name, can_manage_apps) VALUES ($1, $2, $3, FALSE)";
    tx.execute(sql, params![id, name])?;
    Ok((id, true))
}

/// Whether those of a role may give apps access; none if there is no such role.
pub fn can_manage_apps(tx: &mut WorkspaceTx, id: i64) -> Result<Option<bool>> {
    let sql = "SELECT can_manage_apps FROM roles WHERE workspace_id = $1 AND id = $2";
    tx.query_opt(sql, params![id], |row| row.get(0))
}

/// Sets whether those of a role may give apps access.
pub fn set_can_manage_apps(tx: &mut WorkspaceTx, id: i64, can: bool) -> Result<()> {
    let sql = "UPDATE roles SET can_manage_apps = $2 WHERE workspace_id = $1 AND id = $3";
    tx.execute(sql, params![can, id])?;
    Ok(())
}

/// All roles, oldest first: their names, and whether those who have them may give apps access.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<(String, bool)>> {
    let sql = "SELECT name, can_manage_apps FROM roles WHERE workspace_id = $1 ORDER BY id";
    tx.query_all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}
