//! Files that came with a message.

use std::collections::{HashMap, HashSet};

use super::record::{Record, record};
use super::{padded, padded_texts, places};
use crate::{Hold, Result, Tx, WorkspaceTx, params};

record! {
    /// An attachment's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Attachment in "attachments" {
        id: i64,
        state: String,
        name: String,
        content_type: String,
        /// Bytes.
        filesize: i64,
        /// Pixels.
        width: Option<i64>,
        /// Pixels.
        height: Option<i64>,
        hash: Option<String>,
        source_url: Option<String>,
        created_at: i64,
    }
}

/// Adds an attachment.
pub fn insert(tx: &mut WorkspaceTx, attachment: &Attachment) -> Result<()> {
    attachment.insert(tx)
}

/// Several attachments by id.
pub fn get_many(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<HashMap<i64, Attachment>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let values = padded(ids);
    let sql = Attachment::select(&format!(" AND id IN ({})", places(2, values.len())));
    Ok(tx.query_all(&sql, &values, Attachment::from_row)?.into_iter().map(|a| (a.id, a)).collect())
}

/// One attachment.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Attachment>> {
    tx.query_opt(&Attachment::select(" AND id = $2"), params![id], Attachment::from_row)
}

/// The same, held to be changed.
pub fn lock(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Attachment>> {
    let sql = Attachment::select(&format!(" AND id = $2{}", tx.hold(Hold::Change)));
    tx.query_opt(&sql, params![id], Attachment::from_row)
}

/// Writes what changed of an attachment.
pub fn update(tx: &mut WorkspaceTx, before: &Attachment, after: &Attachment) -> Result<()> {
    after.update(tx, before, &[("id", after.id.into())])
}

/// Whether anything, of any workspace, has this content.
pub fn refer_to(tx: &mut Tx<'_>, hash: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM attachments WHERE hash = $1 AND hash IS NOT NULL LIMIT 1";
    Ok(tx.query_opt(sql, params![hash], |_| Ok(()))?.is_some())
}

/// Those of these contents that anything, of any workspace, has.
pub fn known(tx: &mut Tx<'_>, hashes: &[String]) -> Result<HashSet<String>> {
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

/// What the addresses of a workspace's attachments are signed with, if it has any.
pub fn key(tx: &mut WorkspaceTx) -> Result<Option<String>> {
    tx.query_opt("SELECT secret FROM attachment_keys WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// Gives a workspace a key, unless it has one.
pub fn insert_key(tx: &mut WorkspaceTx, secret: &str) -> Result<()> {
    let sql = "INSERT INTO attachment_keys (workspace_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.execute(sql, params![secret])?;
    Ok(())
}

/// Removes attachments.
pub fn delete_many(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<()> {
    for ids in ids.chunks(1000) {
        let values = padded(ids);
        let places = places(2, values.len());
        tx.execute(&format!("DELETE FROM attachments WHERE workspace_id = $1 AND id IN ({places})"), &values)?;
    }
    Ok(())
}
