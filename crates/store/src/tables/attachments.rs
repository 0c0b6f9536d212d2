//! Attachments: files that come with messages.

use std::collections::HashMap;

use super::column_enum::column_enum;
use super::record::record;
use super::{padded, places};
use crate::ids::AttachmentId;
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The state of an attachment's content.
    #[derive(Default)]
    pub enum AttachmentState {
        Stored = "stored",
        /// It has not been fetched from its source yet.
        #[default]
        Pending = "pending",
        /// It could not be fetched.
        Failed = "failed",
    }
}

record! {
    /// An attachment's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Attachment in "attachments", key (id: AttachmentId) {
        id: AttachmentId,
        state: AttachmentState,
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
    pub fn get, lock, get_many, insert, update;
}

/// Several attachments by their ids.
pub fn by_id(tx: &mut WorkspaceTx, ids: &[AttachmentId]) -> Result<HashMap<AttachmentId, Attachment>> {
    Ok(get_many(tx, ids)?.into_iter().map(|attachment| (attachment.id, attachment)).collect())
}

/// The key that signs the URLs of a workspace's attachments, if it has one.
pub fn key(tx: &mut WorkspaceTx) -> Result<Option<String>> {
    tx.query_opt("SELECT secret FROM attachment_keys WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// Sets the key of a workspace, unless it has one.
pub fn insert_key(tx: &mut WorkspaceTx, secret: &str) -> Result<()> {
    let sql = "INSERT INTO attachment_keys (workspace_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.send(sql, params![secret])
}

/// Removes attachments. Returns the hashes of the files that they had then.
pub fn delete_many(tx: &mut WorkspaceTx, ids: &[AttachmentId]) -> Result<Vec<String>> {
    let mut hashes = Vec::new();
    for ids in ids.chunks(1000) {
        let values = padded(ids);
        let places = places(2, values.len());
        let sql = format!("DELETE FROM attachments WHERE workspace_id = $1 AND id IN ({places}) RETURNING hash");
        let removed: Vec<Option<String>> = tx.query_all(&sql, &values, |row| row.get(0))?;
        hashes.extend(removed.into_iter().flatten());
    }
    Ok(hashes)
}
