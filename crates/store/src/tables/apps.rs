//! Apps and their installations.

use super::record::{FromRow, Record, record, row};
use crate::ids::{AdminId, AppId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// An app's row, without the secret that signs its webhooks, which is read only for signing.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct App in "apps", key (id: AppId) {
        id: AppId,
        name: String,
        client_id: String,
        /// SHA-256, hex.
        secret_hash: String,
        /// Separated by newlines.
        redirect_uris: String,
        /// Separated by spaces.
        scopes: String,
        api_version: Option<String>,
        uninstall_url: Option<String>,
        created_at: i64,
        updated_at: i64,
    } and {
        workspace: String = "workspace_id",
        /// Whether its webhooks can be signed.
        signs: bool = "signing_secret IS NOT NULL",
    }
    pub fn get, lock, hold, all, update;
}

/// Adds an app with the secret that signs its webhooks. Returns the app.
pub fn insert(tx: &mut WorkspaceTx, app: App, signing_secret: &str) -> Result<App> {
    let (workspace, now) = (tx.workspace().to_owned(), tx.now());
    let app = App { workspace, signs: true, created_at: now, updated_at: now, ..app };
    Record::insert(&app, tx)?;
    set_secret(tx, app.id, &app.secret_hash, signing_secret)?;
    Ok(app)
}

/// The secret that signs the webhooks of an app.
pub fn signing_secret(tx: &mut WorkspaceTx, id: AppId) -> Result<Option<String>> {
    let sql = "SELECT signing_secret FROM apps WHERE workspace_id = $1 AND id = $2";
    tx.query_one(sql, params![id], |row| row.get(0))
}

/// Replaces the client secret of an app.
pub fn set_secret(tx: &mut WorkspaceTx, id: AppId, hash: &str, secret: &str) -> Result<()> {
    let now = tx.now();
    let sql =
        "UPDATE apps SET secret_hash = $2, signing_secret = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $5";
    tx.send(sql, params![hash, secret, now, id])
}

row! {
    /// An admin's consent to an app.
    #[derive(Debug, Clone)]
    pub struct Install {
        app_id: AppId,
        admin_id: AdminId,
        scopes: String,
        created_at: i64,
        authorized_at: i64,
        /// The number of its live tokens.
        tokens: i64 = "(SELECT count(*) FROM tokens t WHERE t.workspace_id = $1 \
            AND t.app_id = app_installs.app_id AND t.admin_id = app_installs.admin_id AND t.revoked_at IS NULL)",
    }
}

/// All installations, oldest first.
pub fn installs(tx: &mut WorkspaceTx) -> Result<Vec<Install>> {
    let sql = format!(
        "SELECT {} FROM app_installs WHERE workspace_id = $1 ORDER BY app_id, created_at, admin_id",
        Install::SELECTED
    );
    tx.query_all(&sql, &[], Install::from_row)
}

/// Records that an admin installed an app, with these scopes.
pub fn install(tx: &mut WorkspaceTx, app_id: AppId, admin_id: AdminId, scopes: &str) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO app_installs (workspace_id, app_id, admin_id, scopes, created_at, authorized_at) VALUES ($1, $2, $3, $4, $5, $5) \
         ON CONFLICT (workspace_id, app_id, admin_id) DO UPDATE SET scopes = excluded.scopes, authorized_at = excluded.authorized_at",
        params![app_id, admin_id, scopes, now],
    )
}

/// Deletes the installations of an app and its unused codes. Returns how many installations there were.
pub fn uninstall(tx: &mut WorkspaceTx, app_id: AppId) -> Result<u64> {
    let installs = tx.execute("DELETE FROM app_installs WHERE workspace_id = $1 AND app_id = $2", params![app_id])?;
    // Expired codes cannot be exchanged, so they may stay.
    let now = tx.now();
    tx.send(
        "DELETE FROM oauth_codes WHERE workspace_id = $1 AND app_id = $2 AND claimed_at IS NULL AND expires_at > $3",
        params![app_id, now],
    )?;
    Ok(installs)
}

/// Deletes the installations by an admin.
pub fn forget(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<()> {
    tx.send("DELETE FROM app_installs WHERE workspace_id = $1 AND admin_id = $2", params![admin_id])
}

/// Removes an app.
pub fn delete(tx: &mut WorkspaceTx, id: AppId) -> Result<()> {
    tx.send("DELETE FROM oauth_codes WHERE workspace_id = $1 AND app_id = $2", params![id])?;
    tx.send("DELETE FROM apps WHERE workspace_id = $1 AND id = $2", params![id])
}
