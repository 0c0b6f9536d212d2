//! Content import sources, which external pages come from.

use super::column_enum::column_enum;
use super::record::record;
use crate::ids::ContentImportSourceId;
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// How the pages of a source are imported.
    pub enum SyncBehavior {
        Api = "api",
        Automatic = "automatic",
        Manual = "manual",
    }
}

column_enum! {
    /// Whether the pages of a source are used.
    pub enum SourceStatus {
        Active = "active",
        Deactivated = "deactivated",
    }
}

record! {
    /// A content import source's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ContentImportSource in "content_import_sources", key (id: ContentImportSourceId) {
        id: ContentImportSourceId,
        sync_behavior: SyncBehavior,
        status: SourceStatus,
        url: String,
        /// A JSON array of numbers.
        audience_ids: String,
        last_synced_at: i64,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, hold, page, insert, update, delete;
}

/// Whether any source is deactivated.
pub fn any_deactivated(tx: &mut WorkspaceTx) -> Result<bool> {
    let sql = "SELECT id FROM content_import_sources WHERE workspace_id = $1 AND status = $2 LIMIT 1";
    let found: Option<i64> = tx.query_opt(sql, params![SourceStatus::Deactivated], |row| row.get(0))?;
    Ok(found.is_some())
}
