//! Why admins can be away.

use super::record::{Record, record};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A reason's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AwayStatusReason in "away_status_reasons" {
        id: i64,
        label: String,
        emoji: String,
        /// Where it stands in the list.
        position: i64,
        deleted: bool,
        created_at: i64,
        updated_at: i64,
    }
}

/// All reasons, deleted ones too, in their order.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<AwayStatusReason>> {
    tx.query_all(&AwayStatusReason::select(" ORDER BY position, id"), &[], AwayStatusReason::from_row)
}

/// One reason.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<AwayStatusReason>> {
    tx.query_opt(&AwayStatusReason::select(" AND id = $2"), params![id], AwayStatusReason::from_row)
}

/// Adds a reason.
pub fn insert(tx: &mut WorkspaceTx, reason: &AwayStatusReason) -> Result<()> {
    reason.insert(tx)
}

/// Writes what may change of a reason.
pub fn update(tx: &mut WorkspaceTx, r: &AwayStatusReason) -> Result<()> {
    // Not only what is different: who declares does not hold the row, and two at once must not leave a mix of both.
    tx.execute(
        "UPDATE away_status_reasons SET emoji = $2, position = $3, deleted = $4, updated_at = $5 \
         WHERE workspace_id = $1 AND id = $6",
        params![&r.emoji, r.position, r.deleted, r.updated_at, r.id],
    )?;
    Ok(())
}
