//! Roles that admins can have.

use crate::{Result, Tx, params};

/// The id of the role of this name; it is made if there is none.
pub fn id_of(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<i64> {
    let found =
        tx.query_opt("SELECT id FROM roles WHERE workspace_id = $1 AND name = $2", params![workspace, name], |row| {
            row.get(0)
        })?;
    if let Some(id) = found {
        return Ok(id);
    }
    let id = tx.mint();
    tx.execute("INSERT INTO roles (workspace_id, id, name) VALUES ($1, $2, $3)", params![workspace, id, name])?;
    Ok(id)
}
