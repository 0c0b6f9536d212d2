//! Unreferenced files: files without a row that refers to them.
//!
//! A process that removes a file *takes* it first, and only after the file has been unreferenced for so long that any
//! transaction that might have added a reference before has ended. Storing a file checks this table first ([`reuse`]);
//! adding a reference checks it in the same transaction ([`claim`]). So no referenced file is removed, however many
//! servers there are and however long an upload takes.

use super::column_enum::column_enum;
use super::{padded_texts, places};
use crate::{Hold, Result, WorkspaceTx, params};

/// How long a process has to remove the file that it took, in seconds. Its removal begins within a fifth of that.
pub const REMOVAL_TIMEOUT: i64 = 300;

column_enum! {
    /// The state of an unreferenced file.
    pub enum LooseState {
        Loose = "loose",
        /// A process is removing it.
        Taken = "taken",
        /// It was removed.
        Gone = "gone",
    }
}

/// The outcome of taking a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// The caller must remove it now.
    Taken,
    /// It is referenced, or it has been removed.
    Kept,
    /// Try later: it has not been unreferenced for long enough, or another process has taken it.
    Later,
}

/// The state of a file, if it is unreferenced.
pub fn state(tx: &mut WorkspaceTx, hash: &str) -> Result<Option<LooseState>> {
    let sql = "SELECT state FROM loose_files WHERE workspace_id = $1 AND hash = $2";
    tx.query_opt(sql, params![hash], |row| row.get(0))
}

/// Records these files as unreferenced. Those already recorded stay unchanged.
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

/// Records that a file is stored again. Returns false while a process is removing it.
pub fn reuse(tx: &mut WorkspaceTx, hash: &str) -> Result<bool> {
    let sql = "DELETE FROM loose_files WHERE workspace_id = $1 AND hash = $2 AND (state <> 'taken' OR since <= $3)";
    let abandoned = tx.now() - REMOVAL_TIMEOUT;
    Ok(tx.execute(sql, params![hash, abandoned])? > 0 || state(tx, hash)?.is_none())
}

/// Records that an attachment refers to a file. Returns false if its removal has begun since it was stored.
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

/// Takes a file that has been unreferenced for `grace` seconds, or that another process took and did not remove.
pub fn take(tx: &mut WorkspaceTx, hash: &str, grace: i64) -> Result<Taking> {
    let now = tx.now();
    let sql = "UPDATE loose_files SET state = 'taken', since = $3 WHERE workspace_id = $1 AND hash = $2 \
               AND ((state = 'loose' AND since <= $4) OR (state = 'taken' AND since <= $5))";
    if tx.execute(sql, params![hash, now, now - grace, now - REMOVAL_TIMEOUT])? == 0 {
        let left = state(tx, hash)?.is_some_and(|state| state != LooseState::Gone);
        return Ok(if left { Taking::Later } else { Taking::Kept });
    }
    // The row is locked now, so any transaction that refers to the file has committed, or waits for the lock.
    if unused(tx, &[hash.to_owned()])?.is_empty() {
        tx.send("DELETE FROM loose_files WHERE workspace_id = $1 AND hash = $2", params![hash])?;
        return Ok(Taking::Kept);
    }
    Ok(Taking::Taken)
}

/// Records that a taken file has been removed.
pub fn removed(tx: &mut WorkspaceTx, hash: &str) -> Result<()> {
    let sql = "UPDATE loose_files SET state = 'gone', since = $3 \
               WHERE workspace_id = $1 AND hash = $2 AND state = 'taken'";
    let now = tx.now();
    tx.send(sql, params![hash, now])
}
