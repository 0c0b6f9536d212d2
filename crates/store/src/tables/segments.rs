//! Segments: searches with a name.

use crate::{Result, Row, Tx, params};

/// A segment's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Segment {
    pub id: i64,
    pub name: String,
    /// `user`, `contact` (leads) or `company`.
    pub person_type: String,
    /// A search query as JSON.
    pub query: String,
    pub created_at: i64,
    pub updated_at: i64,
}

const COLUMNS: &str = "id, name, person_type, query, created_at, updated_at";

fn from_row(row: &Row<'_>) -> Result<Segment> {
    Ok(Segment {
        id: row.get(0)?,
        name: row.get(1)?,
        person_type: row.get(2)?,
        query: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}

/// All segments, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM segments WHERE workspace_id = $1 ORDER BY id");
    tx.query_all(&sql, params![workspace], from_row)
}

/// One segment.
pub fn get(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<Option<Segment>> {
    let sql = format!("SELECT {COLUMNS} FROM segments WHERE workspace_id = $1 AND id = $2");
    tx.query_opt(&sql, params![workspace, id], from_row)
}

/// The segment of this name, held against other writers.
pub fn lock_by_name(tx: &mut Tx<'_>, workspace: &str, person_type: &str, name: &str) -> Result<Option<Segment>> {
    let lock = tx.for_update();
    let sql =
        format!("SELECT {COLUMNS} FROM segments WHERE workspace_id = $1 AND person_type = $2 AND name = $3{lock}");
    tx.query_opt(&sql, params![workspace, person_type, name], from_row)
}

/// Adds a segment.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, s: &Segment) -> Result<()> {
    let sql = format!("INSERT INTO segments (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    tx.execute(&sql, params![workspace, s.id, &s.name, &s.person_type, &s.query, s.created_at, s.updated_at])?;
    Ok(())
}

/// Writes a segment's query.
pub fn update(tx: &mut Tx<'_>, workspace: &str, s: &Segment) -> Result<()> {
    tx.execute(
        "UPDATE segments SET query = $1, updated_at = $2 WHERE workspace_id = $3 AND id = $4",
        params![&s.query, s.updated_at, workspace, s.id],
    )?;
    Ok(())
}

/// Removes a segment.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<()> {
    tx.execute("DELETE FROM segments WHERE workspace_id = $1 AND id = $2", params![workspace, id])?;
    Ok(())
}
