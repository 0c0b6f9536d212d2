//! Audiences: groups of contacts that content is targeted at.

use super::record::record;
use crate::ids::AudienceId;
use crate::{Result, WorkspaceTx};

record! {
    /// An audience's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Audience in "audiences", key (id: AudienceId) {
        id: AudienceId,
        name: String,
        /// A JSON array of predicates.
        predicates: String,
        /// A JSON array of predicates.
        role_predicates: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, hold, all, page, insert, update, delete;
}

/// How many audiences there are.
pub fn count(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM audiences WHERE workspace_id = $1", &[], |row| row.get(0))
}
