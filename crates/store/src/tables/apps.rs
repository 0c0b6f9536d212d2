//! Apps, and who let them in. New ones are added by [`crate::tokens::insert_app`].

use crate::{Result, Row, Tx, WorkspaceTx, params};

/// An app's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct App {
    pub workspace: String,
    pub id: i64,
    pub name: String,
    pub client_id: String,
    /// SHA-256, hex.
    pub secret_hash: String,
    /// Separated by newlines.
    pub redirect_uris: String,
    /// Separated by spaces.
    pub scopes: String,
    pub api_version: Option<String>,
    pub uninstall_url: Option<String>,
    /// Whether its webhooks can be signed. The secret itself is read by who signs, and by nobody else.
    pub signs: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

const COLUMNS: &str = "workspace_id, id, name, client_id, secret_hash, redirect_uris, scopes, api_version, uninstall_url, \
     signing_secret IS NOT NULL, created_at, updated_at";

fn from_row(row: &Row<'_>) -> Result<App> {
    Ok(App {
        workspace: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        client_id: row.get(3)?,
        secret_hash: row.get(4)?,
        redirect_uris: row.get(5)?,
        scopes: row.get(6)?,
        api_version: row.get(7)?,
        uninstall_url: row.get(8)?,
        signs: row.get(9)?,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
    })
}

/// The app that calls itself this. Like a token's, its row is found without a workspace: the id is what tells it.
pub fn by_client_id(tx: &mut Tx<'_>, client_id: &str) -> Result<Option<App>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM apps WHERE client_id = $1"), params![client_id], from_row)
}

/// One app.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<App>> {
    let sql = format!("SELECT {COLUMNS} FROM apps WHERE workspace_id = $1 AND id = $2");
    tx.query_opt(&sql, params![id], from_row)
}

/// All apps, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<App>> {
    let sql = format!("SELECT {COLUMNS} FROM apps WHERE workspace_id = $1 ORDER BY id");
    tx.query_all(&sql, &[], from_row)
}

/// What the webhooks of an app are signed with.
pub fn signing_secret(tx: &mut WorkspaceTx, id: i64) -> Result<Option<String>> {
    let sql = "SELECT signing_secret FROM apps WHERE workspace_id = $1 AND id = $2";
    tx.query_one(sql, params![id], |row| row.get(0))
}

/// Replaces the client secret of an app.
pub fn set_secret(tx: &mut WorkspaceTx, id: i64, hash: &str, secret: &str) -> Result<()> {
    let now = tx.now();
    let sql =
        "UPDATE apps SET secret_hash = $2, signing_secret = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $5";
    tx.execute(sql, params![hash, secret, now, id])?;
    Ok(())
}

/// Writes what can change of an app.
pub fn update(tx: &mut WorkspaceTx, a: &App) -> Result<()> {
    tx.execute(
        "UPDATE apps SET name = $2, redirect_uris = $3, scopes = $4, api_version = $5, uninstall_url = $6, updated_at = $7 \
         WHERE workspace_id = $1 AND id = $8",
        params![&a.name, &a.redirect_uris, &a.scopes, &a.api_version, &a.uninstall_url, a.updated_at, a.id],
    )?;
    Ok(())
}

/// An admin's consent to an app.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Install {
    pub app_id: i64,
    pub admin_id: i64,
    pub scopes: String,
    pub created_at: i64,
    pub authorized_at: i64,
    /// How many tokens of it are alive.
    pub tokens: i64,
}

/// Who let which apps in, oldest first.
pub fn installs(tx: &mut WorkspaceTx) -> Result<Vec<Install>> {
    tx.query_all(
        "SELECT i.app_id, i.admin_id, i.scopes, i.created_at, i.authorized_at, (SELECT count(*) FROM tokens t \
         WHERE t.workspace_id = i.workspace_id AND t.app_id = i.app_id AND t.admin_id = i.admin_id AND t.revoked_at IS NULL) \
         FROM app_installs i WHERE i.workspace_id = $1 ORDER BY i.app_id, i.created_at, i.admin_id",
        &[],
        |row| {
            Ok(Install {
                app_id: row.get(0)?,
                admin_id: row.get(1)?,
                scopes: row.get(2)?,
                created_at: row.get(3)?,
                authorized_at: row.get(4)?,
                tokens: row.get(5)?,
            })
        },
    )
}

/// Notes that an admin let an app in, with these scopes.
pub fn install(tx: &mut WorkspaceTx, app_id: i64, admin_id: i64, scopes: &str) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "INSERT INTO app_installs (workspace_id, app_id, admin_id, scopes, created_at, authorized_at) VALUES ($1, $2, $3, $4, $5, $5) \
         ON CONFLICT (workspace_id, app_id, admin_id) DO UPDATE SET scopes = excluded.scopes, authorized_at = excluded.authorized_at",
        params![app_id, admin_id, scopes, now],
    )?;
    Ok(())
}

/// Forgets all that let an app in: its installs and the codes it has not turned in. How many installs there were.
pub fn uninstall(tx: &mut WorkspaceTx, app_id: i64) -> Result<u64> {
    let installs = tx.execute("DELETE FROM app_installs WHERE workspace_id = $1 AND app_id = $2", params![app_id])?;
    // Those that expired open no door.
    let now = tx.now();
    tx.execute(
        "DELETE FROM oauth_codes WHERE workspace_id = $1 AND app_id = $2 AND claimed_at IS NULL AND expires_at > $3",
        params![app_id, now],
    )?;
    Ok(installs)
}

/// Forgets which apps an admin let in.
pub fn forget(tx: &mut WorkspaceTx, admin_id: i64) -> Result<()> {
    tx.execute("DELETE FROM app_installs WHERE workspace_id = $1 AND admin_id = $2", params![admin_id])?;
    Ok(())
}

/// Removes an app.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM oauth_codes WHERE workspace_id = $1 AND app_id = $2", params![id])?;
    tx.execute("DELETE FROM apps WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}
