//! External pages: pages of other sites.

use super::counters::{self, Counter};
use super::record::{FromRow, record, select};
use crate::ids::{ContentImportSourceId, ExternalPageId};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// An external page's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ExternalPage in "external_pages", key (id: ExternalPageId) {
        id: ExternalPageId,
        source_id: ContentImportSourceId,
        external_id: String,
        title: String,
        /// Sanitized.
        html: String,
        url: Option<String>,
        locale: String,
        ai_agent_availability: bool,
        ai_copilot_availability: bool,
        ai_sales_agent_availability: bool,
        /// A JSON array of numbers.
        audience_ids: String,
        created_at: i64,
        updated_at: i64,
        last_ingested_at: i64,
    }
    pub fn get, lock, get_many, insert, update, delete;
}

/// The page of a source with this external id, locked for update.
pub fn lock_by_external_id(
    tx: &mut WorkspaceTx,
    source: ContentImportSourceId,
    external_id: &str,
) -> Result<Option<ExternalPage>> {
    let sql = select!(ExternalPage, " AND source_id = $2 AND external_id = $3", tx, Hold::Change);
    tx.query_opt(sql, params![source, external_id], ExternalPage::from_row)
}

/// A page of external pages, newest first, and the total count.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<ExternalPage>, i64)> {
    let sql = select!(ExternalPage, " ORDER BY id DESC LIMIT $2 OFFSET $3");
    let rows = tx.query_all(sql, params![limit, offset], ExternalPage::from_row)?;
    Ok((rows, counters::value(tx, Counter::ExternalPages)?))
}

/// Sets the audiences of all pages of a source.
pub fn set_audiences(tx: &mut WorkspaceTx, source: ContentImportSourceId, audience_ids: &str) -> Result<()> {
    let sql = "UPDATE external_pages SET audience_ids = $3 WHERE workspace_id = $1 AND source_id = $2";
    tx.send(sql, params![source, audience_ids])
}

/// Some of the pages of a source, locked for update.
pub fn lock_some_of(tx: &mut WorkspaceTx, source: ContentImportSourceId, limit: i64) -> Result<Vec<ExternalPage>> {
    let sql = select!(ExternalPage, " AND source_id = $2 ORDER BY external_id LIMIT $3", tx, Hold::Change);
    tx.query_all(sql, params![source, limit], ExternalPage::from_row)
}
