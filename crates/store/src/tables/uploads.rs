//! Uploads: files that teammates have uploaded but not sent yet.

use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::{AdminId, AttachmentId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// An upload's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Upload in "uploads", key (id: AttachmentId) {
        /// The id of the attachment.
        id: AttachmentId,
        admin_id: AdminId,
        /// `None` while a draft has it.
        kept_until: Option<i64>,
    }
    pub fn insert;
}

/// Those of these attachments that are uploads of a teammate.
pub fn of_admin(tx: &mut WorkspaceTx, admin: AdminId, ids: &[AttachmentId]) -> Result<Vec<Upload>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded(ids);
    let sql = format!(
        "SELECT {} FROM uploads WHERE workspace_id = $1 AND id IN ({}) AND admin_id = ${}",
        Upload::SELECTED,
        places(2, values.len()),
        values.len() + 2
    );
    values.push(admin.into());
    tx.query_all(&sql, &values, Upload::from_row)
}

/// Sets the expiry of uploads.
pub fn keep(tx: &mut WorkspaceTx, ids: &[AttachmentId], until: Option<i64>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = padded(ids);
    let sql = format!(
        "UPDATE uploads SET kept_until = ${} WHERE workspace_id = $1 AND id IN ({})",
        values.len() + 2,
        places(2, values.len())
    );
    values.extend_from_slice(params![until]);
    tx.send(&sql, &values)
}

/// Deletes uploads whose attachments something else has now. Returns how many there were.
pub fn forget(tx: &mut WorkspaceTx, ids: &[AttachmentId]) -> Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let values = padded(ids);
    let sql = format!("DELETE FROM uploads WHERE workspace_id = $1 AND id IN ({})", places(2, values.len()));
    tx.execute(&sql, &values)
}

/// Deletes those of these uploads that have expired, and returns their ids.
pub fn forget_expired(tx: &mut WorkspaceTx, ids: &[AttachmentId]) -> Result<Vec<AttachmentId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (now, mut values) = (tx.now(), padded(ids));
    let sql = format!(
        "DELETE FROM uploads WHERE workspace_id = $1 AND id IN ({}) AND kept_until <= ${} RETURNING id",
        places(2, values.len()),
        values.len() + 2
    );
    values.push(now.into());
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// The number of a teammate's uploads without a draft, counted up to `most`.
pub fn count_loose(tx: &mut WorkspaceTx, admin: AdminId, most: i64) -> Result<i64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM uploads WHERE workspace_id = $1 AND admin_id = $2 \
         AND kept_until IS NOT NULL LIMIT $3) AS loose";
    tx.query_one(sql, params![admin, most], |row| row.get(0))
}

/// Expired uploads.
pub fn expired(tx: &mut WorkspaceTx, most: i64) -> Result<Vec<Upload>> {
    let now = tx.now();
    let sql = select!(Upload, " AND kept_until IS NOT NULL AND kept_until <= $2 ORDER BY kept_until LIMIT $3");
    tx.query_all(sql, params![now, most], Upload::from_row)
}
