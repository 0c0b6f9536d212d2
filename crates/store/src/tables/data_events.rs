//! What contacts did, as callers report it, and how often.

use crate::{Result, Row, WorkspaceTx, params};

/// An event of a contact.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct DataEvent {
    pub id: i64,
    pub created_at: i64,
    pub event_name: String,
    /// A JSON object.
    pub metadata: String,
}

/// How often a contact did something, and when first and last.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Summary {
    pub event_name: String,
    pub count: i64,
    pub first_at: i64,
    pub last_at: i64,
}

/// Adds an event; false when the contact has one of this name and second.
pub fn insert(tx: &mut WorkspaceTx, contact: i64, event: &DataEvent) -> Result<bool> {
    let inserted = tx.execute(
        "INSERT INTO data_events (workspace_id, contact_id, created_at, id, event_name, metadata) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT DO NOTHING",
        params![contact, event.created_at, event.id, &event.event_name, &event.metadata],
    )?;
    Ok(inserted == 1)
}

/// Counts one more event of this name.
pub fn count_one(tx: &mut WorkspaceTx, contact: i64, name: &str, at: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO data_event_summaries (workspace_id, contact_id, event_name, count, first_at, last_at) VALUES ($1, $2, $3, 1, $4, $4) \
         ON CONFLICT (workspace_id, contact_id, event_name) DO UPDATE SET count = data_event_summaries.count + 1, \
         first_at = CASE WHEN excluded.first_at < data_event_summaries.first_at THEN excluded.first_at ELSE data_event_summaries.first_at END, \
         last_at = CASE WHEN excluded.last_at > data_event_summaries.last_at THEN excluded.last_at ELSE data_event_summaries.last_at END",
        params![contact, name, at],
    )?;
    Ok(())
}

/// Sets how often something was done, whatever was known of it.
pub fn set_summary(tx: &mut WorkspaceTx, contact: i64, summary: &Summary) -> Result<()> {
    tx.execute(
        "INSERT INTO data_event_summaries (workspace_id, contact_id, event_name, count, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (workspace_id, contact_id, event_name) DO UPDATE SET count = excluded.count, first_at = excluded.first_at, \
         last_at = excluded.last_at",
        params![contact, &summary.event_name, summary.count, summary.first_at, summary.last_at],
    )?;
    Ok(())
}

/// The events of a contact, newest first: those from the second `since` on, and before the place (second, id).
pub fn list(tx: &mut WorkspaceTx, contact: i64, since: i64, before: (i64, i64), limit: i64) -> Result<Vec<DataEvent>> {
    tx.query_all(
        "SELECT id, created_at, event_name, metadata FROM data_events WHERE workspace_id = $1 AND contact_id = $2 AND created_at >= $3 \
         AND (created_at < $4 OR (created_at = $4 AND id < $5)) ORDER BY created_at DESC, id DESC LIMIT $6",
        params![contact, since, before.0, before.1, limit],
        from_row,
    )
}

/// One event of a contact.
pub fn get(tx: &mut WorkspaceTx, contact: i64, created_at: i64, id: i64) -> Result<Option<DataEvent>> {
    tx.query_opt(
        "SELECT id, created_at, event_name, metadata FROM data_events WHERE workspace_id = $1 AND contact_id = $2 AND created_at = $3 \
         AND id = $4",
        params![contact, created_at, id],
        from_row,
    )
}

fn from_row(row: &Row<'_>) -> Result<DataEvent> {
    Ok(DataEvent { id: row.get(0)?, created_at: row.get(1)?, event_name: row.get(2)?, metadata: row.get(3)? })
}

/// How often a contact did what, by name.
pub fn summaries(tx: &mut WorkspaceTx, contact: i64) -> Result<Vec<Summary>> {
    tx.query_all(
        "SELECT event_name, count, first_at, last_at FROM data_event_summaries WHERE workspace_id = $1 AND contact_id = $2 \
         ORDER BY event_name",
        params![contact],
        |row| {
            Ok(Summary { event_name: row.get(0)?, count: row.get(1)?, first_at: row.get(2)?, last_at: row.get(3)? })
        },
    )
}
