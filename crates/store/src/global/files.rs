//! The stored files of all workspaces.

use std::collections::HashSet;

use crate::tables::{padded_texts, places};
use crate::{Result, Tx, params};

/// Of these contents, the ones that a row of any workspace refers to.
pub fn used(tx: &mut Tx<'_>, hashes: &[String]) -> Result<HashSet<String>> {
    let mut known = HashSet::new();
    for hashes in hashes.chunks(256) {
        let texts: Vec<&str> = hashes.iter().map(String::as_str).collect();
        let values = padded_texts(&texts);
        let places = places(1, values.len());
        let sql = format!("SELECT DISTINCT hash FROM attachments WHERE hash IN ({places}) AND hash IS NOT NULL");
        known.extend(tx.query_all(&sql, &values, |row| row.get::<String>(0))?);
    }
    Ok(known)
}

/// Returns the workspaces that store a content.
pub fn holders(tx: &mut Tx<'_>, hash: &str) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT workspace_id FROM attachments WHERE hash = $1 AND hash IS NOT NULL";
    tx.query_all(sql, params![hash], |row| row.get(0))
}

/// Returns the files that have been unreferenced, or whose removal has been incomplete, since a time or longer:
/// workspaces and hashes, oldest first.
pub fn due(tx: &mut Tx<'_>, since: i64, limit: i64) -> Result<Vec<(String, String)>> {
    let sql =
        "SELECT workspace_id, hash FROM loose_files WHERE since <= $1 AND state <> 'gone' ORDER BY since LIMIT $2";
    tx.query_all(sql, params![since, limit], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Deletes the records of files that were removed at a time or earlier.
pub fn forget(tx: &mut Tx<'_>, at: i64) -> Result<u64> {
    tx.execute("DELETE FROM loose_files WHERE since <= $1 AND state = 'gone'", params![at])
}
