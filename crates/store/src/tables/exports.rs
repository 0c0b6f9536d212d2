//! Exports: which rows are asked for, and how far the worker is.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::ExportId;
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// What an export holds.
    pub enum ExportKind {
        /// Who received which message.
        MessageData = "message_data",
        /// A dataset of reporting.
        ReportingData = "reporting_data",
    }
}

column_enum! {
    /// How far an export is.
    pub enum ExportState {
        Pending = "pending",
        InProgress = "in_progress",
        Completed = "completed",
        /// It is over, and there was no row.
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
        /// Without conversations that no contact wrote in.
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

/// How many exports of a kind are not over.
pub fn live(tx: &mut WorkspaceTx, kind: ExportKind) -> Result<i64> {
    let sql = "SELECT count(*) FROM exports WHERE workspace_id = $1 AND kind = $2 AND expires_at IS NULL";
    tx.query_one(sql, params![kind], |row| row.get(0))
}

/// Exports that have expired, those that did first at first.
pub fn expired(tx: &mut WorkspaceTx, limit: i64) -> Result<Vec<Export>> {
    let now = tx.now();
    let sql = select!(Export, " AND expires_at <= $2 AND expires_at IS NOT NULL ORDER BY expires_at, id LIMIT $3");
    tx.query_all(sql, params![now, limit], Export::from_row)
}
