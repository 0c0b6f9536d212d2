//! Tags.

use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::TagId;
use crate::{Hold, Result, Value, WorkspaceTx, params};

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

/// How many tags there are.
pub fn count(tx: &mut WorkspaceTx) -> Result<i64> {
    tx.query_one("SELECT count(*) FROM tags WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// The tag with this folded name, locked against deletion in a write.
pub fn by_key(tx: &mut WorkspaceTx, name_key: &str) -> Result<Option<Tag>> {
    let sql = select!(Tag, " AND name_key = $2", tx, Hold::Reference);
    tx.query_opt(sql, params![name_key], Tag::from_row)
}

/// How many objects of each kind have a tag, counted up to a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Uses {
    pub contacts: i64,
    pub companies: i64,
    pub conversations: i64,
    pub contents: i64,
}

/// How many objects have each of these tags, counted up to `most` per kind.
pub fn uses(tx: &mut WorkspaceTx, ids: &[TagId], most: i64) -> Result<Vec<(TagId, Uses)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let of = padded(ids);
    let count = |links: &str| {
        format!(
            "(SELECT count(*) FROM (SELECT 1 FROM {links} l WHERE l.workspace_id = $1 AND l.tag_id = tags.id LIMIT $2) counted)"
        )
    };
    let counts = ["contact_tags", "company_tags", "conversation_tags", "content_tags"].map(count).join(", ");
    let sql = format!("SELECT id, {counts} FROM tags WHERE workspace_id = $1 AND id IN ({})", places(3, of.len()));
    let mut values = vec![Value::Int(most)];
    values.extend(of);
    tx.query_all(&sql, &values, |row| {
        let uses =
            Uses { contacts: row.get(1)?, companies: row.get(2)?, conversations: row.get(3)?, contents: row.get(4)? };
        Ok((row.get(0)?, uses))
    })
}
