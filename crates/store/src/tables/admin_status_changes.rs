//! When admins went away and came back.

use super::record::record;
use crate::ids::{AdminId, AdminStatusChangeId, AwayStatusReasonId};

record! {
    /// A change of an admin's status.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AdminStatusChange in "admin_status_changes", key (admin_id: AdminId, id: AdminStatusChangeId) {
        admin_id: AdminId,
        id: AdminStatusChangeId,
        is_away: bool,
        /// Whether replies to their conversations are reassigned.
        reassigns: bool,
        reason_id: Option<AwayStatusReasonId>,
        changed_by: Option<AdminId>,
        created_at: i64,
    }
    pub fn insert;
}
