//! Files that came with a message.

use std::collections::HashMap;

use super::record::{Record, record};
use super::{padded, places};
use crate::{Result, Tx, Value};

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
pub fn insert(tx: &mut Tx<'_>, workspace: &str, attachment: &Attachment) -> Result<()> {
    attachment.insert(tx, workspace)
}

/// Several attachments by id.
pub fn get_many(tx: &mut Tx<'_>, workspace: &str, ids: &[i64]) -> Result<HashMap<i64, Attachment>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut values = vec![Value::from(workspace)];
    values.extend(padded(ids));
    let sql = Attachment::select(&format!(" AND id IN ({})", places(2, values.len() - 1)));
    Ok(tx.query_all(&sql, &values, Attachment::from_row)?.into_iter().map(|a| (a.id, a)).collect())
}

/// Removes attachments.
pub fn delete_many(tx: &mut Tx<'_>, workspace: &str, ids: &[i64]) -> Result<()> {
    for ids in ids.chunks(1000) {
        let mut values = vec![Value::from(workspace)];
        values.extend(padded(ids));
        let places = places(2, values.len() - 1);
        tx.execute(&format!("DELETE FROM attachments WHERE workspace_id = $1 AND id IN ({places})"), &values)?;
    }
    Ok(())
}
