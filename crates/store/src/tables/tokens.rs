//! Access tokens.

use super::record::{FromRow, Record, record, row};
use crate::global::credentials::bump;
use crate::ids::{AdminId, AppId, TokenId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A token to be stored.
    #[derive(Debug, Clone)]
    pub struct Token in "tokens", key (id: TokenId) {
        id: TokenId,
        app_id: Option<AppId>,
        admin_id: AdminId,
        /// The lookup key: the first half of the hash.
        lookup: String,
        /// SHA-256, hex.
        hash: String,
        /// Separated by spaces.
        scopes: String,
        name: Option<String>,
        api_version: Option<String>,
        created_at: i64,
    }
}

/// Stores a token. For a token that was not generated randomly, only
/// [`exists`](crate::global::credentials::exists) prevents duplicates across workspaces.
pub fn insert(tx: &mut WorkspaceTx, token: &Token) -> Result<()> {
    Record::insert(token, tx)?;
    bump(tx)
}

/// Revokes a token. Returns false if it was already revoked.
pub fn revoke(tx: &mut WorkspaceTx, id: TokenId) -> Result<bool> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND id = $3 AND revoked_at IS NULL",
        params![now, id],
    )?;
    bump(tx)?;
    Ok(ended == 1)
}

/// Revokes all tokens with this name that belong to no app. Returns how many there were.
pub fn revoke_named(tx: &mut WorkspaceTx, name: &str) -> Result<u64> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND name = $3 AND app_id IS NULL AND revoked_at IS NULL",
        params![now, name],
    )?;
    bump(tx)?;
    Ok(ended)
}

/// Revokes all tokens of an app. Returns how many there were.
pub fn revoke_app(tx: &mut WorkspaceTx, app_id: AppId) -> Result<u64> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND app_id = $3 AND revoked_at IS NULL",
        params![now, app_id],
    )?;
    bump(tx)?;
    Ok(ended)
}

/// Revokes all tokens of an admin. Returns how many there were.
pub fn revoke_admin(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<u64> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND admin_id = $3 AND revoked_at IS NULL",
        params![now, admin_id],
    )?;
    bump(tx)?;
    Ok(ended)
}

row! {
    /// A token in a list.
    #[derive(Debug, Clone)]
    pub struct Listed {
        id: TokenId = "t.id",
        name: Option<String> = "t.name",
        app: Option<String> = "p.name",
        admin_name: String = "a.name",
        admin_email: String = "a.email",
        scopes: String = "t.scopes",
        api_version: Option<String> = "t.api_version",
        created_at: i64 = "t.created_at",
        last_used_at: Option<i64> = "t.last_used_at",
        revoked_at: Option<i64> = "t.revoked_at",
    }
}

/// Tokens with the names of their apps and their admins, oldest first. Includes revoked ones if `ended`.
pub fn list(tx: &mut WorkspaceTx, ended: bool) -> Result<Vec<Listed>> {
    tx.query_all(&listing(&format!("{} ORDER BY t.id", live_unless(ended))), &[], Listed::from_row)
}

/// The same with ids below `before`, newest first.
pub fn page(tx: &mut WorkspaceTx, ended: bool, before: TokenId, limit: i64) -> Result<Vec<Listed>> {
    let sql = listing(&format!(" AND t.id < $2{} ORDER BY t.id DESC LIMIT $3", live_unless(ended)));
    tx.query_all(&sql, params![before, limit], Listed::from_row)
}

/// One token.
pub fn one(tx: &mut WorkspaceTx, id: TokenId) -> Result<Option<Listed>> {
    tx.query_opt(&listing(" AND t.id = $2"), params![id], Listed::from_row)
}

/// The number of an admin's live tokens that belong to no app.
pub fn count_own(tx: &mut WorkspaceTx, admin: AdminId) -> Result<i64> {
    let sql = "SELECT count(*) FROM tokens WHERE workspace_id = $1 AND admin_id = $2 AND app_id IS NULL AND revoked_at IS NULL";
    tx.query_one(sql, params![admin], |row| row.get(0))
}

fn listing(which: &str) -> String {
    format!(
        "SELECT {} FROM tokens t JOIN admins a ON a.workspace_id = t.workspace_id AND a.id = t.admin_id \
         LEFT JOIN apps p ON p.workspace_id = t.workspace_id AND p.id = t.app_id WHERE t.workspace_id = $1{which}",
        Listed::SELECTED
    )
}

const fn live_unless(ended: bool) -> &'static str {
    if ended { "" } else { " AND t.revoked_at IS NULL" }
}

/// The hash of a secret that only the owner of a token knows: the secret of its app, else the token itself.
pub fn owner_hash(tx: &mut WorkspaceTx, token: TokenId) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT COALESCE(a.secret_hash, t.hash) FROM tokens t LEFT JOIN apps a ON a.workspace_id = t.workspace_id AND a.id = t.app_id \
         WHERE t.workspace_id = $1 AND t.id = $2",
        params![token],
        |row| row.get(0),
    )
}

/// Records the time of a token's last use. The time never decreases.
pub fn used(tx: &mut WorkspaceTx, id: TokenId, at: i64) -> Result<()> {
    tx.send(
        "UPDATE tokens SET last_used_at = $2 WHERE workspace_id = $1 AND id = $3 AND (last_used_at IS NULL OR last_used_at < $2)",
        params![at, id],
    )
}
