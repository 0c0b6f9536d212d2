//! Roles and their permissions.

use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::{AdminId, RoleId};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A role's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Role in "roles", key (id: RoleId) {
        id: RoleId,
        name: String,
        /// Whether it permits granting apps access.
        can_manage_apps: bool,
        /// Whether it permits staging and publishing drafts, and tagging articles.
        can_manage_content: bool,
        /// The names of its permissions, separated by spaces; `None` for all permissions.
        permissions: Option<String>,
    }
    pub fn get, lock, hold, all, insert, update, delete;
}

/// The role with this name, locked for update.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Role>> {
    let sql = select!(Role, " AND name = $2", tx, Hold::Change);
    tx.query_opt(sql, params![name], Role::from_row)
}

/// The role with this name, locked as `hold` says.
pub fn hold_by_name(tx: &mut WorkspaceTx, name: &str, hold: Hold) -> Result<Option<Role>> {
    tx.query_opt(select!(Role, " AND name = $2", tx, hold), params![name], Role::from_row)
}

/// The role of each admin who has not been removed.
pub fn given(tx: &mut WorkspaceTx) -> Result<Vec<(AdminId, RoleId)>> {
    let sql = "SELECT id, role_id FROM admins WHERE workspace_id = $1 AND removed_at IS NULL AND role_id IS NOT NULL \
               ORDER BY id";
    tx.query_all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The names of the permissions of these admins' roles, as the roles have them; `None` also for an admin without a
/// role. Omits removed admins.
pub fn permissions_of(tx: &mut WorkspaceTx, admins: &[AdminId]) -> Result<Vec<(AdminId, Option<String>)>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(admins);
    let sql = format!(
        "SELECT id, (SELECT permissions FROM roles r WHERE r.workspace_id = $1 AND r.id = admins.role_id) FROM admins \
         WHERE workspace_id = $1 AND removed_at IS NULL AND id IN ({})",
        places(2, values.len())
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Replaces a role of removed admins by another one.
pub fn replace_of_removed(tx: &mut WorkspaceTx, before: RoleId, after: RoleId) -> Result<()> {
    let sql = "UPDATE admins SET role_id = $2 WHERE workspace_id = $1 AND role_id = $3 AND removed_at IS NOT NULL";
    tx.send(sql, params![after, before])
}
