//! Stored files. Equal contents are one file, whichever workspaces they came with.

use std::collections::HashSet;

use crate::tables::{padded_texts, places};
use crate::{Result, Tx, params};

/// Whether anything, of any workspace, has this content.
pub fn is_used(tx: &mut Tx<'_>, hash: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM attachments WHERE hash = $1 AND hash IS NOT NULL LIMIT 1";
    Ok(tx.query_opt(sql, params![hash], |_| Ok(()))?.is_some())
}

/// Those of these contents that anything, of any workspace, has.
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
