//! Folders, which organize content.

use std::collections::HashMap;

use super::record::record;
use super::{padded, places};
use crate::ids::FolderId;
use crate::{Result, WorkspaceTx};

record! {
    /// A folder's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Folder in "folders", key (id: FolderId) {
        id: FolderId,
        name: String,
        description: Option<String>,
        emoji: Option<String>,
        parent_folder_id: Option<FolderId>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn hold, all, insert, update, delete;
}

/// How many contents are directly in each of these folders.
pub fn content_counts(tx: &mut WorkspaceTx, folders: &[FolderId]) -> Result<HashMap<FolderId, i64>> {
    if folders.is_empty() {
        return Ok(HashMap::new());
    }
    let values = padded(folders);
    let sql = format!(
        "SELECT folder_id, count(DISTINCT content_id) FROM content_entries WHERE workspace_id = $1 AND folder_id IN ({}) \
         GROUP BY folder_id",
        places(2, values.len())
    );
    let counts = tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(counts.into_iter().collect())
}
