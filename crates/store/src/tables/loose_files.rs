//! Files that were seen without a row that refers to them.
//!
//! Whoever removes one *takes* it first, and only when it has been loose for so long that no transaction, which might have
//! begun to refer to it before, is still open. Whoever stores a file looks here before ([`reuse`]); whoever refers to one
//! looks here in the same transaction ([`claim`]). So no file is removed that is referred to, however many servers there are
//! and however long an upload takes.

use super::column_enum::column_enum;
use super::{padded_texts, places};
use crate::{Hold, Result, WorkspaceTx, params};

/// How long, in seconds, whoever has taken a file may be about to remove it. Removing it begins within a fifth of that.
pub const LEASE: i64 = 300;

column_enum! {
    /// What became of a file without a row.
    pub enum LooseState {
        Loose = "loose",
        /// Somebody removes it.
        Taken = "taken",
        /// It was removed.
        Gone = "gone",
    }
}

/// What came of taking a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// It is to be removed now.
    Taken,
    /// It is not loose, or is gone.
    Kept,
    /// Later: it has not been loose for long enough, or somebody else has taken it.
    Later,
}

/// What is known of a file.
pub fn state(tx: &mut WorkspaceTx, hash: &str) -> Result<Option<LooseState>> {
    let sql = "SELECT state FROM loose_files WHERE workspace_id = $1 AND hash = $2";
    tx.query_opt(sql, params![hash], |row| row.get(0))
}

/// Notes that these files have no row. Those that are known to have none stay as they are.
pub fn mark(tx: &mut WorkspaceTx, hashes: &[String]) -> Result<()> {
    let now = tx.now();
    for hash in hashes {
        let sql = "INSERT INTO loose_files (workspace_id, hash, state, since) VALUES ($1, $2, 'loose', $3) \
                   ON CONFLICT (workspace_id, hash) DO NOTHING";
        tx.send(sql, params![hash, now])?;
    }
    Ok(())
}

/// Those of these files that no attachment refers to.
pub fn unused(tx: &mut WorkspaceTx, hashes: &[String]) -> Result<Vec<String>> {
    let mut unused = Vec::new();
    for hashes in hashes.chunks(256) {
        let texts: Vec<&str> = hashes.iter().map(String::as_str).collect();
        let values = padded_texts(&texts);
        let places = places(2, values.len());
        let sql =
            format!("SELECT hash FROM attachments WHERE workspace_id = $1 AND hash IN ({places}) AND hash IS NOT NULL");
        let used: Vec<String> = tx.query_all(&sql, &values, |row| row.get(0))?;
        unused.extend(hashes.iter().filter(|hash| !used.contains(hash)).cloned());
    }
    Ok(unused)
}

/// Notes that a file is stored again; false while somebody removes it.
pub fn reuse(tx: &mut WorkspaceTx, hash: &str) -> Result<bool> {
    let sql = "DELETE FROM loose_files WHERE workspace_id = $1 AND hash = $2 AND (state <> 'taken' OR since <= $3)";
    let abandoned = tx.now() - LEASE;
    Ok(tx.execute(sql, params![hash, abandoned])? > 0 || state(tx, hash)?.is_none())
}

/// Notes that an attachment refers to a file. Returns false if somebody has begun to remove it since it was stored.
pub fn claim(tx: &mut WorkspaceTx, hash: &str) -> Result<bool> {
    let hold = tx.hold(Hold::End);
    let sql = format!("SELECT state FROM loose_files WHERE workspace_id = $1 AND hash = $2{hold}");
    match tx.query_opt(&sql, params![hash], |row| row.get(0))? {
        None => Ok(true),
        Some(LooseState::Taken | LooseState::Gone) => Ok(false),
        Some(LooseState::Loose) => {
            tx.send("DELETE FROM loose_files WHERE workspace_id = $1 AND hash = $2", params![hash])?;
            Ok(true)
        }
    }
}

/// Takes a file that has been loose for so many seconds, or that somebody took and did not remove.
pub fn take(tx: &mut WorkspaceTx, hash: &str, grace: i64) -> Result<Taking> {
    let now = tx.now();
    let sql = "UPDATE loose_files SET state = 'taken', since = $3 WHERE workspace_id = $1 AND hash = $2 \
               AND ((state = 'loose' AND since <= $4) OR (state = 'taken' AND since <= $5))";
    if tx.execute(sql, params![hash, now, now - grace, now - LEASE])? == 0 {
        let left = state(tx, hash)?.is_some_and(|state| state != LooseState::Gone);
        return Ok(if left { Taking::Later } else { Taking::Kept });
    }
    // Its row is locked now, so whoever refers to the file has committed that, or waits.
    if unused(tx, &[hash.to_owned()])?.is_empty() {
        tx.send("DELETE FROM loose_files WHERE workspace_id = $1 AND hash = $2", params![hash])?;
        return Ok(Taking::Kept);
    }
    Ok(Taking::Taken)
}

/// Notes that a file which was taken has been removed.
pub fn removed(tx: &mut WorkspaceTx, hash: &str) -> Result<()> {
    let sql = "UPDATE loose_files SET state = 'gone', since = $3 \
               WHERE workspace_id = $1 AND hash = $2 AND state = 'taken'";
    let now = tx.now();
    tx.send(sql, params![hash, now])
}
