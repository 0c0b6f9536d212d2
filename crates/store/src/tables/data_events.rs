//! Data events of contacts, and their summaries.

use super::record::{FromRow, record, row, select};
use crate::ids::{ContactId, DataEventId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// An event of a contact.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DataEvent in "data_events", key (contact_id: ContactId, created_at: i64, id: DataEventId) {
        contact_id: ContactId,
        created_at: i64,
        id: DataEventId,
        event_name: String,
        /// A JSON object.
        metadata: String,
    }
    pub fn get, insert_new;
}

row! {
    /// The count of an event of a contact, and its first and last time.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Summary {
        event_name: String,
        count: i64,
        first_at: i64,
        last_at: i64,
    }
}

/// Counts one more event with this name.
pub fn count_one(tx: &mut WorkspaceTx, contact: ContactId, name: &str, at: i64) -> Result<()> {
    tx.send(
        "INSERT INTO data_event_summaries (workspace_id, contact_id, event_name, count, first_at, last_at) VALUES ($1, $2, $3, 1, $4, $4) \
         ON CONFLICT (workspace_id, contact_id, event_name) DO UPDATE SET count = data_event_summaries.count + 1, \
         first_at = CASE WHEN excluded.first_at < data_event_summaries.first_at THEN excluded.first_at ELSE data_event_summaries.first_at END, \
         last_at = CASE WHEN excluded.last_at > data_event_summaries.last_at THEN excluded.last_at ELSE data_event_summaries.last_at END",
        params![contact, name, at],
    )
}

/// Replaces the summary of an event.
pub fn set_summary(tx: &mut WorkspaceTx, contact: ContactId, summary: &Summary) -> Result<()> {
    tx.send(
        "INSERT INTO data_event_summaries (workspace_id, contact_id, event_name, count, first_at, last_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (workspace_id, contact_id, event_name) DO UPDATE SET count = excluded.count, first_at = excluded.first_at, \
         last_at = excluded.last_at",
        params![contact, &summary.event_name, summary.count, summary.first_at, summary.last_at],
    )
}

/// The events of a contact since a second and before a position (second, id), newest first.
pub fn list(
    tx: &mut WorkspaceTx,
    contact: ContactId,
    since: i64,
    before: (i64, DataEventId),
    limit: i64,
) -> Result<Vec<DataEvent>> {
    let sql = select!(
        DataEvent,
        " AND contact_id = $2 AND created_at >= $3 AND (created_at < $4 OR (created_at = $4 AND id < $5)) \
         ORDER BY created_at DESC, id DESC LIMIT $6"
    );
    tx.query_all(sql, params![contact, since, before.0, before.1, limit], DataEvent::from_row)
}

/// The summaries of a contact, by name.
pub fn summaries(tx: &mut WorkspaceTx, contact: ContactId) -> Result<Vec<Summary>> {
    let sql = format!(
        "SELECT {} FROM data_event_summaries WHERE workspace_id = $1 AND contact_id = $2 ORDER BY event_name",
        Summary::SELECTED
    );
    tx.query_all(&sql, params![contact], Summary::from_row)
}
