//! Types of custom objects, and the attributes of each.

use super::record::{Record, record};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A type's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ObjectType in "custom_object_types" {
        id: i64,
        identifier: String,
        name: String,
        description: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
}

record! {
    /// An attribute's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ObjectAttribute in "custom_object_attributes" {
        id: i64,
        type_id: i64,
        name: String,
        description: Option<String>,
        data_type: String,
        /// A JSON array of texts, for lists.
        options: Option<String>,
        target_kind: Option<String>,
        target_type_id: i64,
        many: bool,
        reverse_name: Option<String>,
        reverse_many: bool,
        archived: bool,
        created_at: i64,
        updated_at: i64,
    }
}

/// All types of a workspace, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<ObjectType>> {
    tx.query_all(&ObjectType::select(" ORDER BY id"), &[], ObjectType::from_row)
}

/// The type of this identifier.
pub fn by_identifier(tx: &mut WorkspaceTx, identifier: &str) -> Result<Option<ObjectType>> {
    tx.query_opt(&ObjectType::select(" AND identifier = $2"), params![identifier], ObjectType::from_row)
}

/// Adds a type.
pub fn insert(tx: &mut WorkspaceTx, of: &ObjectType) -> Result<()> {
    of.insert(tx)
}

/// Writes what changed of a type; the workspace is held.
pub fn update(tx: &mut WorkspaceTx, before: &ObjectType, after: &ObjectType) -> Result<()> {
    after.update(tx, before, &[("id", after.id.into())])
}

/// Removes a type with its attributes.
pub fn delete(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM custom_object_attributes WHERE workspace_id = $1 AND type_id = $2", params![id])?;
    tx.execute("DELETE FROM custom_object_types WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(())
}

/// All attributes of a workspace, archived ones too, oldest first.
pub fn attributes(tx: &mut WorkspaceTx) -> Result<Vec<ObjectAttribute>> {
    tx.query_all(&ObjectAttribute::select(" ORDER BY id"), &[], ObjectAttribute::from_row)
}

/// The live attributes that instances of a type show: its own, and the relations that lead to it.
pub fn of_type(tx: &mut WorkspaceTx, type_id: i64) -> Result<Vec<ObjectAttribute>> {
    let sql = ObjectAttribute::select(
        " AND NOT archived AND (type_id = $2 \
         OR (target_kind = 'object' AND target_type_id = $2 AND reverse_name IS NOT NULL)) ORDER BY id",
    );
    tx.query_all(&sql, params![type_id], ObjectAttribute::from_row)
}

/// The live relations that a kind of object shows (`contact`, `conversation` or `ticket`).
pub fn shown_by(tx: &mut WorkspaceTx, kind: &str) -> Result<Vec<ObjectAttribute>> {
    let sql = ObjectAttribute::select(
        " AND target_kind = $2 AND target_kind IS NOT NULL AND reverse_name IS NOT NULL AND NOT archived ORDER BY id",
    );
    tx.query_all(&sql, params![kind], ObjectAttribute::from_row)
}

/// Adds an attribute.
pub fn insert_attribute(tx: &mut WorkspaceTx, attribute: &ObjectAttribute) -> Result<()> {
    attribute.insert(tx)
}

/// Writes what changed of an attribute; the workspace is held.
pub fn update_attribute(tx: &mut WorkspaceTx, before: &ObjectAttribute, after: &ObjectAttribute) -> Result<()> {
    after.update(tx, before, &[("id", after.id.into())])
}
