//! Admins: the teammates of a workspace.

use super::record::{FromRow, record, select};
use crate::ids::{AdminId, AttachmentId, AwayStatusReasonId, RoleId};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// An admin's row, with columns of their role.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Admin in "admins", key (id: AdminId), order "created_at, id" {
        id: AdminId,
        name: String,
        email: String,
        /// The email address in lower case (ASCII). `update` and `insert` do not derive it.
        email_key: String,
        email_verified: bool,
        job_title: Option<String>,
        /// The URL of their picture.
        avatar: Option<String>,
        /// The attachment to which `avatar` leads, if they uploaded it.
        picture_id: Option<AttachmentId>,
        role_id: Option<RoleId>,
        has_inbox_seat: bool,
        away_mode_enabled: bool,
        away_mode_reassign: bool,
        away_status_reason_id: Option<AwayStatusReasonId>,
        created_at: i64,
        updated_at: i64,
        removed_at: Option<i64>,
    } and {
        role_name: Option<String> =
            "(SELECT name FROM roles r WHERE r.workspace_id = $1 AND r.id = admins.role_id)",
        /// Whether the role permits granting apps access.
        can_manage_apps: bool = "COALESCE((SELECT can_manage_apps FROM roles r WHERE r.workspace_id = $1 \
            AND r.id = admins.role_id), FALSE)",
        /// Whether the role permits staging and publishing drafts, and tagging articles.
        can_manage_content: bool = "COALESCE((SELECT can_manage_content FROM roles r WHERE r.workspace_id = $1 \
            AND r.id = admins.role_id), TRUE)",
    }
    pub fn get as get_ever, lock, all as ever, insert, update;
}

/// The value of `email_key` for an email address.
pub fn email_key(email: &str) -> String {
    email.trim().to_ascii_lowercase()
}

/// One admin who has not been removed.
pub fn get(tx: &mut WorkspaceTx, id: AdminId) -> Result<Option<Admin>> {
    tx.query_opt(select!(Admin, " AND id = $2 AND removed_at IS NULL"), params![id], Admin::from_row)
}

/// The same, locked as `hold` says in a write.
pub fn hold(tx: &mut WorkspaceTx, id: AdminId, hold: Hold) -> Result<Option<Admin>> {
    tx.query_opt(select!(Admin, " AND id = $2 AND removed_at IS NULL", tx, hold), params![id], Admin::from_row)
}

/// All admins who have not been removed, each locked as `hold` says.
pub fn hold_all(tx: &mut WorkspaceTx, hold: Hold) -> Result<Vec<Admin>> {
    tx.query_all(select!(Admin, " AND removed_at IS NULL ORDER BY id", tx, hold), &[], Admin::from_row)
}

/// All admins who have not been removed, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<Admin>> {
    tx.query_all(select!(Admin, " AND removed_at IS NULL ORDER BY created_at, id"), &[], Admin::from_row)
}
