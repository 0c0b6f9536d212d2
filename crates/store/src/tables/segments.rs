//! Segments: searches with a name.

use super::record::{Record, record};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A segment's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Segment in "segments" {
        id: i64,
        name: String,
        /// `user`, `contact` (leads) or `company`.
        person_type: String,
        /// A search query as JSON.
        query: String,
        created_at: i64,
        updated_at: i64,
    }
}

/// All segments, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<Segment>> {
    tx.query_all(&Segment::select(" ORDER BY id"), &[], Segment::from_row)
}

/// One segment.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Segment>> {
    tx.query_opt(&Segment::select(" AND id = $2"), params![id], Segment::from_row)
}

/// The segment of this name, held against other writers.
pub fn lock_by_name(tx: &mut WorkspaceTx, person_type: &str, name: &str) -> Result<Option<Segment>> {
    let sql = Segment::select(&format!(" AND person_type = $2 AND name = $3{}", tx.hold(Hold::Change)));
    tx.query_opt(&sql, params![person_type, name], Segment::from_row)
}

/// Adds a segment.
pub fn insert(tx: &mut WorkspaceTx, segment: &Segment) -> Result<()> {
    segment.insert(tx)
}

/// Writes what changed of a segment that is held.
pub fn update(tx: &mut WorkspaceTx, before: &Segment, after: &Segment) -> Result<()> {
    after.update(tx, before, &[("id", after.id.into())])
}

/// Removes a segment.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM segments WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}
