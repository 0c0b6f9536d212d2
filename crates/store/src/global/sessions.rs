//! Look-ups for signing in to the inbox: accounts, and sessions, which determine the workspace.

use crate::ids::{AdminId, InboxSessionId, InvitationId};
use crate::tables::inbox_sessions::SessionKind;
use crate::tables::record::{FromRow, row};
use crate::tables::{padded, places};
use crate::{Result, Tx, WorkspaceTx, params};

row! {
    /// A session with the data of its admin and workspace that each request needs.
    #[derive(Debug, Clone)]
    pub struct Signed {
        id: InboxSessionId = "s.id",
        kind: SessionKind = "s.kind",
        hash: String = "s.hash",
        admin_id: AdminId = "s.admin_id",
        created_at: i64 = "s.created_at",
        seen_at: i64 = "s.seen_at",
        expires_at: i64 = "s.expires_at",
        workspace: String = "s.workspace_id",
        workspace_name: String = "w.name",
        timezone: String = "w.timezone",
        default_country: String = "w.default_country",
        /// The names of the permissions of the admin's role; `None` for all of them.
        permissions: Option<String> = "r.permissions",
        can_manage_apps: bool = "COALESCE(r.can_manage_apps, FALSE)",
        can_manage_content: bool = "COALESCE(r.can_manage_content, TRUE)",
    }
}

/// The `FROM` clause for the columns of [`Signed`].
const SIGNED: &str = "FROM inbox_sessions s JOIN workspaces w ON w.workspace_id = s.workspace_id \
    JOIN admins a ON a.workspace_id = s.workspace_id AND a.id = s.admin_id \
    LEFT JOIN roles r ON r.workspace_id = a.workspace_id AND r.id = a.role_id";

/// The session with this hash, unless it has expired.
pub fn session(tx: &mut Tx<'_>, hash: &str) -> Result<Option<Signed>> {
    let now = tx.now();
    let sql = format!(
        "SELECT {} {SIGNED} WHERE s.hash = $1 AND s.expires_at > $2 AND a.removed_at IS NULL",
        Signed::SELECTED
    );
    tx.query_opt(&sql, params![hash, now], Signed::from_row)
}

/// Those of these sessions of a workspace that have not ended.
pub fn active_sessions(tx: &mut WorkspaceTx, ids: &[InboxSessionId]) -> Result<Vec<Signed>> {
    let (mut values, now) = (padded(ids), tx.now());
    let places = places(2, values.len());
    let last = values.len() + 2;
    values.push(now.into());
    let sql = format!(
        "SELECT {} {SIGNED} WHERE s.workspace_id = $1 AND s.id IN ({places}) AND s.expires_at > ${last} AND a.removed_at IS NULL",
        Signed::SELECTED
    );
    tx.query_all(&sql, &values, Signed::from_row)
}

row! {
    /// An admin with a password.
    #[derive(Debug, Clone)]
    pub struct Account {
        workspace: String = "a.workspace_id",
        workspace_name: String = "w.name",
        admin_id: AdminId = "a.id",
        /// A PHC string.
        password: String = "p.hash",
    }
}

/// The admins with this email address, in lower case (ASCII), who have a password, in all workspaces or one, oldest
/// first.
pub fn accounts(tx: &mut Tx<'_>, email_key: &str, workspace: Option<&str>, limit: i64) -> Result<Vec<Account>> {
    let sql = format!(
        "SELECT {} FROM admins a JOIN workspaces w ON w.workspace_id = a.workspace_id \
         JOIN admin_passwords p ON p.workspace_id = a.workspace_id AND p.admin_id = a.id \
         WHERE a.email_key = $1 AND a.removed_at IS NULL AND (CAST($2 AS TEXT) IS NULL OR a.workspace_id = $2) \
         ORDER BY w.created_at, a.workspace_id, a.id LIMIT $3",
        Account::SELECTED
    );
    tx.query_all(&sql, params![email_key, workspace, limit], Account::from_row)
}

row! {
    /// An admin whom an identity provider has authenticated.
    #[derive(Debug, Clone)]
    pub struct Known {
        workspace: String = "a.workspace_id",
        workspace_name: String = "w.name",
        admin_id: AdminId = "a.id",
    }
}

/// The admins with this email address, in lower case (ASCII), in all workspaces, oldest first.
pub fn known(tx: &mut Tx<'_>, email_key: &str, limit: i64) -> Result<Vec<Known>> {
    let sql = format!(
        "SELECT {} FROM admins a JOIN workspaces w ON w.workspace_id = a.workspace_id \
         WHERE a.email_key = $1 AND a.removed_at IS NULL ORDER BY w.created_at, a.workspace_id, a.id LIMIT $2",
        Known::SELECTED
    );
    tx.query_all(&sql, params![email_key, limit], Known::from_row)
}

/// The workspace and the id of the invitation whose secret has this hash, unless it has expired.
pub fn invitation(tx: &mut Tx<'_>, hash: &str) -> Result<Option<(String, InvitationId)>> {
    let now = tx.now();
    let sql = "SELECT workspace_id, id FROM invitations WHERE hash = $1 AND expires_at > $2";
    tx.query_opt(sql, params![hash, now], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The workspace with the smallest id, which also counts sign-in attempts for unknown accounts.
pub fn first_workspace(tx: &mut Tx<'_>) -> Result<Option<String>> {
    tx.query_opt("SELECT workspace_id FROM workspaces ORDER BY workspace_id LIMIT 1", &[], |row| row.get(0))
}
