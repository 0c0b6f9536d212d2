//! Segments: named searches.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::SegmentId;
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// The kind of people or companies in a segment.
    pub enum PersonType {
        User = "user",
        /// Leads.
        Contact = "contact",
        Company = "company",
    }
}

record! {
    /// A segment's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Segment in "segments", key (id: SegmentId) {
        id: SegmentId,
        name: String,
        /// `user`, `contact` (leads) or `company`.
        person_type: PersonType,
        /// A search query as JSON.
        query: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, all, insert, update, delete;
}

/// The segment with this name, locked against other writers.
pub fn lock_by_name(tx: &mut WorkspaceTx, person_type: PersonType, name: &str) -> Result<Option<Segment>> {
    let sql = select!(Segment, " AND person_type = $2 AND name = $3", tx, Hold::Change);
    tx.query_opt(sql, params![person_type, name], Segment::from_row)
}
