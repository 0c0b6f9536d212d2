//! Away status reasons.

use super::record::record;
use crate::ids::AwayStatusReasonId;

record! {
    /// A reason's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct AwayStatusReason in "away_status_reasons", key (id: AwayStatusReasonId), order "position, id" {
        id: AwayStatusReasonId,
        label: String,
        emoji: String,
        /// Its position in the list.
        position: i64,
        deleted: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn lock, all, get, insert, update;
}
