//! Access tokens and the apps they are granted to.

use crate::{Result, Tx, WorkspaceTx, params};

/// What a token's row says, with its app's version.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Grant {
    pub workspace: String,
    pub token_id: i64,
    pub app_id: Option<i64>,
    pub admin_id: i64,
    /// SHA-256, hex.
    pub hash: String,
    /// Separated by spaces.
    pub scopes: String,
    pub api_version: Option<String>,
}

/// A token to be stored.
#[derive(Debug)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct NewToken<'a> {
    pub app_id: Option<i64>,
    pub admin_id: i64,
    pub lookup: &'a str,
    pub hash: &'a str,
    pub scopes: &'a str,
    pub name: Option<&'a str>,
    pub api_version: Option<&'a str>,
}

/// The live token behind a lookup key. No workspace in the statement: the token is what tells it.
pub fn find(tx: &mut Tx<'_>, lookup: &str) -> Result<Option<Grant>> {
    tx.query_opt(
        "SELECT t.workspace_id, t.id, t.app_id, t.admin_id, t.hash, t.scopes, COALESCE(t.api_version, a.api_version) FROM tokens t \
         LEFT JOIN apps a ON a.workspace_id = t.workspace_id AND a.id = t.app_id WHERE t.lookup = $1 AND t.revoked_at IS NULL",
        params![lookup],
        |row| {
            Ok(Grant {
                workspace: row.get(0)?,
                token_id: row.get(1)?,
                app_id: row.get(2)?,
                admin_id: row.get(3)?,
                hash: row.get(4)?,
                scopes: row.get(5)?,
                api_version: row.get(6)?,
            })
        },
    )
}

/// Whether a lookup key leads to a token that has ended: its whole hash.
pub fn ended(tx: &mut Tx<'_>, lookup: &str) -> Result<Option<String>> {
    let sql = "SELECT hash FROM tokens WHERE lookup = $1 AND revoked_at IS NOT NULL";
    tx.query_opt(sql, params![lookup], |row| row.get(0))
}

/// Whether there is a token with this lookup key in any workspace, ended ones too. Whoever else asks for the same one
/// waits until the transaction ends.
pub fn exists(tx: &mut Tx<'_>, lookup: &str) -> Result<bool> {
    tx.guard_name(&format!(" token {lookup}"))?;
    Ok(tx.query_opt("SELECT 1 FROM tokens WHERE lookup = $1 LIMIT 1", params![lookup], |_| Ok(()))?.is_some())
}

/// Stores a token: its id. Nothing but [`exists`] keeps one that was not drawn at random from being there twice.
pub fn insert(tx: &mut WorkspaceTx, token: &NewToken<'_>) -> Result<i64> {
    let (id, now) = (tx.mint(), tx.now());
    tx.execute(
        "INSERT INTO tokens (workspace_id, id, app_id, admin_id, lookup, hash, scopes, created_at, name, api_version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            id,
            token.app_id,
            token.admin_id,
            token.lookup,
            token.hash,
            token.scopes,
            now,
            token.name,
            token.api_version
        ],
    )?;
    bump(tx)?;
    Ok(id)
}

/// Ends a token; false when it had ended before.
pub fn revoke(tx: &mut WorkspaceTx, id: i64) -> Result<bool> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND id = $3 AND revoked_at IS NULL",
        params![now, id],
    )?;
    bump(tx)?;
    Ok(ended == 1)
}

/// Ends all tokens of this name that no app has; how many there were.
pub fn revoke_named(tx: &mut WorkspaceTx, name: &str) -> Result<u64> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND name = $3 AND app_id IS NULL AND revoked_at IS NULL",
        params![now, name],
    )?;
    bump(tx)?;
    Ok(ended)
}

/// Sets the version of a token's requests that name none.
pub fn set_api_version(tx: &mut WorkspaceTx, id: i64, version: &str) -> Result<()> {
    let sql = "UPDATE tokens SET api_version = $2 WHERE workspace_id = $1 AND id = $3";
    tx.execute(sql, params![version, id])?;
    bump(tx)
}

/// Ends all tokens of an app; how many there were.
pub fn revoke_app(tx: &mut WorkspaceTx, app_id: i64) -> Result<u64> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND app_id = $3 AND revoked_at IS NULL",
        params![now, app_id],
    )?;
    bump(tx)?;
    Ok(ended)
}

/// Ends all tokens of an admin; how many there were.
pub fn revoke_admin(tx: &mut WorkspaceTx, admin_id: i64) -> Result<u64> {
    let now = tx.now();
    let ended = tx.execute(
        "UPDATE tokens SET revoked_at = $2 WHERE workspace_id = $1 AND admin_id = $3 AND revoked_at IS NULL",
        params![now, admin_id],
    )?;
    bump(tx)?;
    Ok(ended)
}

/// A token as it is listed.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Listed {
    pub id: i64,
    pub name: Option<String>,
    pub app: Option<String>,
    pub admin: String,
    pub scopes: String,
    pub api_version: Option<String>,
    pub created_at: i64,
    pub last_used_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

/// Tokens with the names of their apps and the email addresses of their admins, oldest first; those that have ended
/// only on request.
pub fn list(tx: &mut WorkspaceTx, ended: bool) -> Result<Vec<Listed>> {
    let which = if ended { "" } else { " AND t.revoked_at IS NULL" };
    let sql = format!(
        "SELECT t.id, t.name, p.name, a.email, t.scopes, t.api_version, t.created_at, t.last_used_at, t.revoked_at FROM tokens t \
         JOIN admins a ON a.workspace_id = t.workspace_id AND a.id = t.admin_id \
         LEFT JOIN apps p ON p.workspace_id = t.workspace_id AND p.id = t.app_id WHERE t.workspace_id = $1{which} ORDER BY t.id"
    );
    tx.query_all(&sql, &[], |row| {
        Ok(Listed {
            id: row.get(0)?,
            name: row.get(1)?,
            app: row.get(2)?,
            admin: row.get(3)?,
            scopes: row.get(4)?,
            api_version: row.get(5)?,
            created_at: row.get(6)?,
            last_used_at: row.get(7)?,
            revoked_at: row.get(8)?,
        })
    })
}

/// The scopes of a token that has not ended.
pub fn scopes(tx: &mut WorkspaceTx, id: i64) -> Result<Option<String>> {
    let sql = "SELECT scopes FROM tokens WHERE workspace_id = $1 AND id = $2 AND revoked_at IS NULL";
    tx.query_opt(sql, params![id], |row| row.get(0))
}

/// The hash of what a token's owner knows and nobody else: the secret of the app it was granted to, else the token itself.
pub fn owner_hash(tx: &mut WorkspaceTx, token: i64) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT COALESCE(a.secret_hash, t.hash) FROM tokens t LEFT JOIN apps a ON a.workspace_id = t.workspace_id AND a.id = t.app_id \
         WHERE t.workspace_id = $1 AND t.id = $2",
        params![token],
        |row| row.get(0),
    )
}

/// Writes down when a token was last used, never backwards.
pub fn used(tx: &mut WorkspaceTx, id: i64, at: i64) -> Result<()> {
    tx.execute(
        "UPDATE tokens SET last_used_at = $2 WHERE workspace_id = $1 AND id = $3 AND (last_used_at IS NULL OR last_used_at < $2)",
        params![at, id],
    )?;
    Ok(())
}

/// How often what tokens stand for has changed.
pub fn epoch(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one("SELECT value FROM epochs WHERE name = 'auth'", &[], |row| row.get(0))
}

/// Tells every process that what tokens stand for has changed.
pub fn bump(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute("UPDATE epochs SET value = value + 1 WHERE name = 'auth'", &[])?;
    Ok(())
}

/// An app's row.
#[derive(Debug)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct NewApp<'a> {
    pub id: i64,
    pub name: &'a str,
    pub client_id: &'a str,
    pub secret_hash: &'a str,
    /// The secret itself: webhooks are signed with it.
    pub signing_secret: &'a str,
    /// Separated by newlines.
    pub redirect_uris: &'a str,
    pub scopes: &'a str,
}

/// Adds an app.
pub fn insert_app(tx: &mut WorkspaceTx, app: &NewApp<'_>) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO apps (workspace_id, id, name, client_id, secret_hash, signing_secret, redirect_uris, scopes, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        params![app.id, app.name, app.client_id, app.secret_hash, app.signing_secret, app.redirect_uris, app.scopes, now],
    )?;
    Ok(())
}
