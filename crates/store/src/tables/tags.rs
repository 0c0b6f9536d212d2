//! Tags.

use super::record::{FromRow, record, select};
use crate::ids::TagId;
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// A tag's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Tag in "tags", key (id: TagId), order "created_at, id" {
        id: TagId,
        name: String,
        name_key: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, hold, all, insert_new, update, delete;
}

/// The tag of this folded name; a write that finds it refers to it.
pub fn by_key(tx: &mut WorkspaceTx, name_key: &str) -> Result<Option<Tag>> {
    let sql = select!(Tag, " AND name_key = $2", tx, Hold::Reference);
    tx.query_opt(sql, params![name_key], Tag::from_row)
}
