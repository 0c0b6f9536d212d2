//! Questions about a database as a whole. The only statements without a workspace besides those that find one.

use crate::{Dialect, Result, Tx};

/// Which database it is, in its own words.
pub fn version(tx: &mut Tx<'_>) -> Result<String> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let version: String = tx.query_one("SELECT sqlite_version()", &[], |row| row.get(0))?;
            Ok(format!("SQLite {version}"))
        }
        Dialect::Postgres => tx.query_one("SELECT version()", &[], |row| row.get(0)),
    }
}

/// What SQLite finds wrong with its file; nothing if it is whole.
pub fn integrity(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let mut found: Vec<String> = tx.query_all("SELECT quick_check FROM pragma_quick_check", &[], |row| row.get(0))?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// How many workspaces and live tokens there are.
pub fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    tx.query_one(
        "SELECT (SELECT count(*) FROM workspaces), (SELECT count(*) FROM tokens WHERE revoked_at IS NULL)",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
