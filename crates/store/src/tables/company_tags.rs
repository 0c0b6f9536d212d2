//! Look-ups of companies for tagging.

use super::{contact_tags, padded, places};
use crate::ids::CompanyId;
use crate::{Hold, Result, WorkspaceTx};

/// The active ones of these companies, locked against other writers until the transaction ends.
pub fn lock_active(tx: &mut WorkspaceTx, ids: &[CompanyId]) -> Result<Vec<CompanyId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT id FROM companies WHERE workspace_id = $1 AND id IN ({}) AND state = 'active' ORDER BY id{}",
        places(2, values.len()),
        tx.hold(Hold::Change)
    );
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// The companies with these `company_id`s.
pub fn by_company_ids(tx: &mut WorkspaceTx, texts: &[&str]) -> Result<Vec<(String, CompanyId)>> {
    let sql = "SELECT company_id, id FROM companies WHERE workspace_id = $1 AND company_id IN (@) AND state = 'active'";
    contact_tags::by_texts(tx, sql, texts)
}
