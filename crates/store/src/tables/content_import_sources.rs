//! Content import sources, which external pages come from.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
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
    pub fn get, hold, insert, update, delete;
}

/// Whether any source is deactivated.
pub fn any_deactivated(tx: &mut WorkspaceTx) -> Result<bool> {
    let sql = "SELECT id FROM content_import_sources WHERE workspace_id = $1 AND status = $2 LIMIT 1";
    let found: Option<i64> = tx.query_opt(sql, params![SourceStatus::Deactivated], |row| row.get(0))?;
    Ok(found.is_some())
}

/// A page of sources, oldest first, and the total count.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<ContentImportSource>, i64)> {
    let sql = select!(ContentImportSource, " ORDER BY id LIMIT $2 OFFSET $3");
    let rows = tx.query_all(sql, params![limit, offset], ContentImportSource::from_row)?;
    let sql = "SELECT count(*) FROM content_import_sources WHERE workspace_id = $1";
    Ok((rows, tx.query_one(sql, &[], |row| row.get(0))?))
}
