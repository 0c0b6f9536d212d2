//! Roles that admins can have, and what they permit.

use super::record::{FromRow, record, select};
use crate::ids::RoleId;
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A role's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Role in "roles", key (id: RoleId) {
        id: RoleId,
        name: String,
        /// Whether those who have the role may give apps access.
        can_manage_apps: bool,
        /// Whether they may stage and publish drafts, and tag articles.
        can_manage_content: bool,
        /// The names of the permissions of those who have it, separated by spaces; none for all permissions.
        permissions: Option<String>,
    }
    pub fn all, insert, update;
}

/// The role of this name, locked to be changed.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Role>> {
    let sql = select!(Role, " AND name = $2", tx, Hold::Change);
    tx.query_opt(sql, params![name], Role::from_row)
}
