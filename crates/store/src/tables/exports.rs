//! Exports: the selected rows, and the progress of the worker.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::ExportId;
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The kind of an export.
    pub enum ExportKind {
        /// Who received which message.
        MessageData = "message_data",
        /// A dataset of reporting.
        ReportingData = "reporting_data",
    }
}

column_enum! {
    /// The state of an export.
    pub enum ExportState {
        Pending = "pending",
        InProgress = "in_progress",
        Completed = "completed",
        /// It has finished without any rows.
        NoData = "no_data",
        Failed = "failed",
        Canceled = "canceled",
    }
}

record! {
    /// An export's row. Times are unix seconds.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Export in "exports", key (id: ExportId) {
        id: ExportId,
        kind: ExportKind,
        state: ExportState,
        from_at: i64,
        until_at: i64,
        dataset: Option<String>,
        /// A JSON array of texts.
        attributes: Option<String>,
        /// Whether to omit conversations without a message from a contact.
        is_narrow: bool,
        after_at: i64,
        after_id: i64,
        rows_written: i64,
        bytes_written: i64,
        /// CRC-32.
        checksum: i64,
        /// A JSON array of ids of attachments.
        files: String,
        created_at: i64,
        expires_at: Option<i64>,
    }
    pub fn get, lock, insert, update, delete;
}

impl ExportState {
    /// Whether the worker has yet to finish it.
    pub const fn is_live(self) -> bool {
        matches!(self, ExportState::Pending | ExportState::InProgress)
    }
}

/// The number of unfinished exports of a kind.
pub fn live(tx: &mut WorkspaceTx, kind: ExportKind) -> Result<i64> {
    let sql = "SELECT count(*) FROM exports WHERE workspace_id = $1 AND kind = $2 AND expires_at IS NULL";
    tx.query_one(sql, params![kind], |row| row.get(0))
}

/// Expired exports, those that expired first at the front.
pub fn expired(tx: &mut WorkspaceTx, limit: i64) -> Result<Vec<Export>> {
    let now = tx.now();
    let sql = select!(Export, " AND expires_at <= $2 AND expires_at IS NOT NULL ORDER BY expires_at, id LIMIT $3");
    tx.query_all(sql, params![now, limit], Export::from_row)
}
