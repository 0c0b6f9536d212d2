//! Counts of objects that no search counts.

use super::record::{FromRow, row};
use crate::ids::TagId;
use crate::{Result, WorkspaceTx, params};

/// How many tags there are.
pub fn tags(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM tags WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// How many segments there are.
pub fn segments(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM segments WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// The ids and names of all tags, ordered by id.
pub fn tag_names(tx: &mut WorkspaceTx) -> Result<Vec<(TagId, String)>> {
    tx.query_all("SELECT id, name FROM tags WHERE workspace_id = $1 ORDER BY id", &[], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })
}

row! {
    /// A company and its number of contacts.
    #[derive(Debug, Clone)]
    pub struct CompanySize {
        company_id: String,
        name: Option<String>,
        user_count: i64,
    }
}

/// One page of the companies that have contacts, oldest first.
pub fn company_sizes(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<Vec<CompanySize>> {
    let sql = format!(
        "SELECT {} FROM companies WHERE workspace_id = $1 AND state = 'active' AND user_count > 0 ORDER BY id LIMIT $2 OFFSET $3",
        CompanySize::SELECTED
    );
    tx.query_all(&sql, params![limit, offset], CompanySize::from_row)
}
