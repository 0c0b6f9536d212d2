//! What happened to contacts, as `GET /contacts/activities` tells it.

use crate::{Result, Tx, params};

/// An activity's row.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Activity {
    pub id: i64,
    pub event_type: String,
    pub contact_id: i64,
    pub external_id: Option<String>,
    pub role: String,
    pub merge_source_id: Option<i64>,
    pub merge_target_id: Option<i64>,
    pub failure_reason: Option<String>,
    pub created_at: i64,
}

/// Writes an activity; its id and time are set here.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, a: &Activity) -> Result<()> {
    let (id, now) = (tx.mint(), tx.now());
    tx.execute(
        "INSERT INTO contact_activities (workspace_id, id, event_type, contact_id, external_id, role, merge_source_id, merge_target_id, \
         failure_reason, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            workspace, id, &a.event_type, a.contact_id, &a.external_id, &a.role, a.merge_source_id, a.merge_target_id,
            &a.failure_reason, now
        ],
    )?;
    Ok(())
}

/// Activities after an id, oldest first.
pub fn after(tx: &mut Tx<'_>, workspace: &str, id: i64, limit: i64) -> Result<Vec<Activity>> {
    tx.query_all(
        "SELECT id, event_type, contact_id, external_id, role, merge_source_id, merge_target_id, failure_reason, created_at \
         FROM contact_activities WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        params![workspace, id, limit],
        |row| {
            Ok(Activity {
                id: row.get(0)?,
                event_type: row.get(1)?,
                contact_id: row.get(2)?,
                external_id: row.get(3)?,
                role: row.get(4)?,
                merge_source_id: row.get(5)?,
                merge_target_id: row.get(6)?,
                failure_reason: row.get(7)?,
                created_at: row.get(8)?,
            })
        },
    )
}
