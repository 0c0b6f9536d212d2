//! Apps as what signs webhooks, and as a workspace file declares them.

use crate::{Result, Row, Tx, params};

/// What is needed of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Signer {
    pub id: i64,
    pub name: String,
    pub client_id: String,
    /// Separated by newlines.
    pub redirect_uris: String,
    /// Separated by spaces.
    pub scopes: String,
    pub api_version: Option<String>,
    pub signing_secret: Option<String>,
}

const COLUMNS: &str = "id, name, client_id, redirect_uris, scopes, api_version, signing_secret";

fn from_row(row: &Row<'_>) -> Result<Signer> {
    Ok(Signer {
        id: row.get(0)?,
        name: row.get(1)?,
        client_id: row.get(2)?,
        redirect_uris: row.get(3)?,
        scopes: row.get(4)?,
        api_version: row.get(5)?,
        signing_secret: row.get(6)?,
    })
}

/// The apps of this client id or this name, oldest first.
pub fn named(tx: &mut Tx<'_>, workspace: &str, name: &str) -> Result<Vec<Signer>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM apps WHERE workspace_id = $1 AND (client_id = $2 OR name = $2) ORDER BY id LIMIT 2"
    );
    tx.query_all(&sql, params![workspace, name], from_row)
}

/// All apps of a workspace, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Signer>> {
    let sql = format!("SELECT {COLUMNS} FROM apps WHERE workspace_id = $1 ORDER BY id");
    tx.query_all(&sql, params![workspace], from_row)
}

/// Writes what a workspace file says of an app.
pub fn update(tx: &mut Tx<'_>, workspace: &str, app: &Signer) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE apps SET redirect_uris = $1, scopes = $2, api_version = $3, updated_at = $4 WHERE workspace_id = $5 AND id = $6",
        params![&app.redirect_uris, &app.scopes, &app.api_version, now, workspace, app.id],
    )?;
    Ok(())
}
