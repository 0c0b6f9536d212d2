//! Activities of contacts, for `GET /contacts/activities`.

use super::column_enum::column_enum;
use super::contacts::ContactRole;
use super::record::{FromRow, record, select};
use crate::ids::{ContactActivityId, ContactId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The type of an activity.
    #[derive(Default)]
    pub enum ActivityType {
        #[default]
        Created = "contact.created",
        RoleUpdated = "contact.role_updated",
        Merged = "contact.merged",
        MergeFailed = "contact.merge_failed",
        Deleted = "contact.deleted",
    }
}

record! {
    /// An activity's row.
    #[derive(Debug, Clone, Default)]
    pub struct Activity in "contact_activities", key (id: ContactActivityId) {
        id: ContactActivityId,
        event_type: ActivityType,
        contact_id: ContactId,
        external_id: Option<String>,
        role: ContactRole,
        merge_source_id: Option<ContactId>,
        merge_target_id: Option<ContactId>,
        failure_reason: Option<String>,
        created_at: i64,
    }
    pub fn insert;
}

/// Activities after an id, oldest first.
pub fn after(tx: &mut WorkspaceTx, id: ContactActivityId, limit: i64) -> Result<Vec<Activity>> {
    tx.query_all(select!(Activity, " AND id > $2 ORDER BY id LIMIT $3"), params![id, limit], Activity::from_row)
}
