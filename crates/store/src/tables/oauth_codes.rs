//! OAuth authorization codes, which an app exchanges for a token, once.

use super::record::{FromRow, record, select};
use crate::ids::{AdminId, AppId, TokenId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A code's row.
    #[derive(Debug, Clone)]
    pub struct OauthCode in "oauth_codes", key (hash: &str) {
        /// SHA-256, hex.
        hash: String,
        app_id: AppId,
        admin_id: AdminId,
        redirect_uri: String,
        scopes: String,
        created_at: i64,
        expires_at: i64,
        claimed_at: Option<i64>,
        /// The token that it was exchanged for.
        token_id: Option<TokenId>,
    }
    pub fn insert;
}

/// The admin who granted a code of an app.
pub fn granted_by(tx: &mut WorkspaceTx, hash: &str, app_id: AppId) -> Result<Option<AdminId>> {
    tx.query_opt(
        "SELECT admin_id FROM oauth_codes WHERE workspace_id = $1 AND hash = $2 AND app_id = $3",
        params![hash, app_id],
        |row| row.get(0),
    )
}

/// Claims a live code of an app, and of this redirect URI if one is given. A single statement, so that only one caller
/// can succeed.
pub fn claim(tx: &mut WorkspaceTx, hash: &str, app_id: AppId, redirect_uri: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let claimed = tx.execute(
        "UPDATE oauth_codes SET claimed_at = $2 WHERE workspace_id = $1 AND hash = $3 AND app_id = $4 AND claimed_at IS NULL \
         AND expires_at > $2 AND redirect_uri = COALESCE($5, redirect_uri)",
        params![now, hash, app_id, redirect_uri],
    )?;
    Ok(claimed == 1)
}

/// A claimed code of an app.
pub fn claimed(tx: &mut WorkspaceTx, hash: &str, app_id: AppId) -> Result<Option<OauthCode>> {
    let sql = select!(OauthCode, " AND hash = $2 AND app_id = $3 AND claimed_at IS NOT NULL");
    tx.query_opt(sql, params![hash, app_id], OauthCode::from_row)
}

/// Records the token that a code was exchanged for.
pub fn redeemed(tx: &mut WorkspaceTx, hash: &str, token_id: TokenId) -> Result<()> {
    tx.send("UPDATE oauth_codes SET token_id = $2 WHERE workspace_id = $1 AND hash = $3", params![token_id, hash])
}

/// Deletes the unused codes of an admin.
pub fn forget(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<()> {
    let now = tx.now();
    let sql =
        "DELETE FROM oauth_codes WHERE workspace_id = $1 AND admin_id = $2 AND claimed_at IS NULL AND expires_at > $3";
    tx.send(sql, params![admin_id, now])
}

/// Deletes at most `limit` codes that expired before a second. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM oauth_codes WHERE workspace_id = $1 AND hash IN \
         (SELECT hash FROM oauth_codes WHERE workspace_id = $1 AND expires_at < $2 ORDER BY expires_at LIMIT $3)",
        params![before, limit],
    )
}
