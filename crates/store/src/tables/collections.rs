//! Collections: the hierarchy of a help center, three levels deep.

use super::record::{FromRow, Record, record, select};
use crate::ids::{CollectionId, HelpCenterId};
use crate::{Hold, Result, Value, WorkspaceTx, params};

record! {
    /// A collection's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Collection in "collections", key (id: CollectionId) {
        id: CollectionId,
        help_center_id: HelpCenterId,
        parent_id: Option<CollectionId>,
        /// 1 to 3.
        level: i64,
        /// The position among the collections of the same parent.
        position: i64,
        name: String,
        description: String,
        icon: String,
        /// A JSON object of name and description by locale, without the default one.
        translations: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, hold, insert, update, delete;
}

/// A page of collections, most recently changed first, and the total count. `levels` are the lowest and the highest.
pub fn page(tx: &mut WorkspaceTx, levels: (i64, i64), limit: i64, offset: i64) -> Result<(Vec<Collection>, i64)> {
    let sql = select!(Collection, " AND level BETWEEN $2 AND $3 ORDER BY updated_at DESC, id DESC LIMIT $4 OFFSET $5");
    let rows = tx.query_all(sql, params![levels.0, levels.1, limit, offset], Collection::from_row)?;
    let sql = "SELECT count(*) FROM collections WHERE workspace_id = $1 AND level BETWEEN $2 AND $3";
    Ok((rows, tx.query_one(sql, params![levels.0, levels.1], |row| row.get(0))?))
}

/// The child collections of another one, in order, locked for update.
pub fn lock_children(tx: &mut WorkspaceTx, parent: CollectionId) -> Result<Vec<Collection>> {
    let sql = select!(Collection, " AND parent_id = $2 ORDER BY position, id", tx, Hold::Change);
    tx.query_all(sql, params![parent], Collection::from_row)
}

/// The last position among the collections of a parent, or on the first level of a help center; 0 if there are none.
pub fn last_position(tx: &mut WorkspaceTx, help_center: HelpCenterId, parent: Option<CollectionId>) -> Result<i64> {
    let (which, of) = of_parent(help_center, parent);
    let sql =
        format!("SELECT COALESCE(max(position), 0) FROM {} WHERE workspace_id = $1 AND {which}", Collection::TABLE);
    tx.query_one(&sql, &[of], |row| row.get(0))
}

/// Moves the siblings after a collection by this many positions.
pub fn make_room(tx: &mut WorkspaceTx, behind: &Collection, places: i64) -> Result<()> {
    let (which, of) = of_parent(behind.help_center_id, behind.parent_id);
    let sql = format!(
        "UPDATE {} SET position = position + $3 WHERE workspace_id = $1 AND {which} AND position > $4",
        Collection::TABLE
    );
    tx.send(&sql, &[of, Value::from(places), Value::from(behind.position)])
}

/// The condition of being in a parent, or on the first level of a help center, and its value, `$2`.
fn of_parent(help_center: HelpCenterId, parent: Option<CollectionId>) -> (&'static str, Value<'static>) {
    match parent {
        Some(parent) => ("parent_id = $2", Value::from(parent)),
        None => ("parent_id IS NULL AND help_center_id = $2", Value::from(help_center)),
    }
}
