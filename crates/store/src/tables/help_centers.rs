//! Help centers.

use super::record::{FromRow, record, select};
use crate::ids::HelpCenterId;
use crate::{Result, WorkspaceTx, params};

record! {
    /// A help center's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct HelpCenter in "help_centers", key (id: HelpCenterId) {
        id: HelpCenterId,
        identifier: String,
        display_name: String,
        website_turned_on: bool,
        /// A host name.
        custom_domain: Option<String>,
        is_default: bool,
        /// Codes of languages, separated by spaces, the default one first.
        locales: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, hold, all, insert, update, delete;
}

/// The default help center.
pub fn default(tx: &mut WorkspaceTx) -> Result<Option<HelpCenter>> {
    tx.query_opt(select!(HelpCenter, " AND is_default ORDER BY id"), &[], HelpCenter::from_row)
}

/// Whether a help center has collections or articles, or belongs to a brand.
pub fn is_used(tx: &mut WorkspaceTx, id: HelpCenterId) -> Result<bool> {
    let sql = "SELECT 1 FROM collections WHERE workspace_id = $1 AND help_center_id = $2 LIMIT 1";
    if tx.query_opt(sql, params![id], |_| Ok(()))?.is_some() {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM brands WHERE workspace_id = $1 AND help_center_id = $2 LIMIT 1";
    if tx.query_opt(sql, params![id], |_| Ok(()))?.is_some() {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM articles WHERE workspace_id = $1 AND help_center_id = $2 LIMIT 1";
    Ok(tx.query_opt(sql, params![id], |_| Ok(()))?.is_some())
}
