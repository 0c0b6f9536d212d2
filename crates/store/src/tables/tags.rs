//! Tags.

use crate::{Hold, Result, Row, WorkspaceTx, params};

/// A tag's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Tag {
    pub id: i64,
    pub name: String,
    pub name_key: String,
    pub created_at: i64,
    pub updated_at: i64,
}

const COLUMNS: &str = "id, name, name_key, created_at, updated_at";

fn from_row(row: &Row<'_>) -> Result<Tag> {
    Ok(Tag {
        id: row.get(0)?,
        name: row.get(1)?,
        name_key: row.get(2)?,
        created_at: row.get(3)?,
        updated_at: row.get(4)?,
    })
}

/// All tags, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<Tag>> {
    tx.query_all(&format!("SELECT {COLUMNS} FROM tags WHERE workspace_id = $1 ORDER BY created_at, id"), &[], from_row)
}

/// One tag.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Tag>> {
    let sql = format!("SELECT {COLUMNS} FROM tags WHERE workspace_id = $1 AND id = $2");
    tx.query_opt(&sql, params![id], from_row)
}

/// The same, held in any way.
pub fn hold(tx: &mut WorkspaceTx, id: i64, hold: Hold) -> Result<Option<Tag>> {
    let hold = tx.hold(hold);
    let sql = format!("SELECT {COLUMNS} FROM tags WHERE workspace_id = $1 AND id = $2{hold}");
    tx.query_opt(&sql, params![id], from_row)
}

/// The tag of this folded name; a write that finds it refers to it.
pub fn by_key(tx: &mut WorkspaceTx, name_key: &str) -> Result<Option<Tag>> {
    let hold = tx.hold(Hold::Reference);
    let sql = format!("SELECT {COLUMNS} FROM tags WHERE workspace_id = $1 AND name_key = $2{hold}");
    tx.query_opt(&sql, params![name_key], from_row)
}

/// Adds a tag; false when its name is taken.
pub fn insert(tx: &mut WorkspaceTx, tag: &Tag) -> Result<bool> {
    let sql =
        format!("INSERT INTO tags (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING");
    let values = params![tag.id, &tag.name, &tag.name_key, tag.created_at, tag.updated_at];
    Ok(tx.execute(&sql, values)? == 1)
}

/// Writes a tag's name.
pub fn update(tx: &mut WorkspaceTx, tag: &Tag) -> Result<()> {
    tx.execute(
        "UPDATE tags SET name = $2, name_key = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $5",
        params![&tag.name, &tag.name_key, tag.updated_at, tag.id],
    )?;
    Ok(())
}

/// Removes a tag's row.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM tags WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}
