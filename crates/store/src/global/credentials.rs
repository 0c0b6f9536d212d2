//! Look-ups of tokens and client ids, which determine the workspace. Every process caches identities, so the auth
//! epoch, one counter for all workspaces, tells when they change.

use crate::ids::{AdminId, AppId, PhoneCallRedirectId, TokenId};
use crate::tables::apps::App;
use crate::tables::record::{FromRow, row};
use crate::{Result, Tx, params};

row! {
    /// A token's row, with its app's version and the role of its admin.
    #[derive(Debug, Clone)]
    pub struct Grant {
        workspace: String = "t.workspace_id",
        token_id: TokenId = "t.id",
        app_id: Option<AppId> = "t.app_id",
        admin_id: AdminId = "t.admin_id",
        /// SHA-256, hex.
        hash: String = "t.hash",
        /// Separated by spaces.
        scopes: String = "t.scopes",
        api_version: Option<String> = "COALESCE(t.api_version, a.api_version)",
        /// The names of the permissions of the admin's role; `None` for all of them.
        permissions: Option<String> = "r.permissions",
    }
}

/// The live token behind a lookup key, unless its admin was removed.
pub fn token(tx: &mut Tx<'_>, lookup: &str) -> Result<Option<Grant>> {
    let sql = format!(
        "SELECT {} FROM tokens t LEFT JOIN apps a ON a.workspace_id = t.workspace_id AND a.id = t.app_id \
         JOIN admins m ON m.workspace_id = t.workspace_id AND m.id = t.admin_id \
         LEFT JOIN roles r ON r.workspace_id = m.workspace_id AND r.id = m.role_id \
         WHERE t.lookup = $1 AND t.revoked_at IS NULL AND m.removed_at IS NULL",
        Grant::SELECTED
    );
    tx.query_opt(&sql, params![lookup], Grant::from_row)
}

/// The full hash of a revoked token with this lookup key.
pub fn ended_token(tx: &mut Tx<'_>, lookup: &str) -> Result<Option<String>> {
    let sql = "SELECT hash FROM tokens WHERE lookup = $1 AND revoked_at IS NOT NULL";
    tx.query_opt(sql, params![lookup], |row| row.get(0))
}

/// Whether any workspace has a token with this lookup key, including revoked ones. Concurrent calls with the same key
/// wait until the transaction ends.
pub fn exists(tx: &mut Tx<'_>, lookup: &str) -> Result<bool> {
    tx.guard_name(&format!(" token {lookup}"))?;
    Ok(tx.query_opt("SELECT 1 FROM tokens WHERE lookup = $1 LIMIT 1", params![lookup], |_| Ok(()))?.is_some())
}

/// The app with this client id.
pub fn app(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<App>> {
    let sql = format!("SELECT {} FROM apps WHERE client_id = $1", App::SELECTED);
    tx.query_opt(&sql, params![client_id], App::from_row)
}

/// The auth epoch, which grows with every change of a credential.
pub fn epoch(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one("SELECT value FROM epochs WHERE name = 'auth'", &[], |row| row.get(0))
}

/// Increments the auth epoch, which invalidates the caches of all processes.
pub fn bump(tx: &mut Tx<'_>) -> Result<()> {
    tx.send("UPDATE epochs SET value = value + 1 WHERE name = 'auth'", &[])
}

/// The workspace and the id of the redirect whose secret has this hash.
pub fn phone_call_redirect(tx: &mut Tx<'_>, hash: &str) -> Result<Option<(String, PhoneCallRedirectId)>> {
    let sql = "SELECT workspace_id, id FROM phone_call_redirects WHERE link = $1";
    tx.query_opt(sql, params![hash], |row| Ok((row.get(0)?, row.get(1)?)))
}
