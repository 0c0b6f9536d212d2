//! Types of custom objects, and the attributes of each.

use super::record::{Record, record};
use crate::{Result, Tx, params};

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
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<ObjectType>> {
    tx.query_all(&ObjectType::select(" ORDER BY id"), params![workspace], ObjectType::from_row)
}

/// The type of this identifier.
pub fn by_identifier(tx: &mut Tx<'_>, workspace: &str, identifier: &str) -> Result<Option<ObjectType>> {
    tx.query_opt(&ObjectType::select(" AND identifier = $2"), params![workspace, identifier], ObjectType::from_row)
}

/// Adds a type.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, of: &ObjectType) -> Result<()> {
    of.insert(tx, workspace)
}

/// Writes what changed of a type; the workspace is held.
pub fn update(tx: &mut Tx<'_>, workspace: &str, before: &ObjectType, after: &ObjectType) -> Result<()> {
    after.update(tx, workspace, before, &[("id", after.id.into())])
}

/// Removes a type with its attributes.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, id: i64) -> Result<()> {
    tx.execute(
        "DELETE FROM custom_object_attributes WHERE workspace_id = $1 AND type_id = $2",
        params![workspace, id],
    )?;
    tx.execute("DELETE FROM custom_object_types WHERE workspace_id = $1 AND id = $2", params![workspace, id])?;
    Ok(())
}

/// All attributes of a workspace, archived ones too, oldest first.
pub fn attributes(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<ObjectAttribute>> {
    tx.query_all(&ObjectAttribute::select(" ORDER BY id"), params![workspace], ObjectAttribute::from_row)
}

/// The live attributes that instances of a type show: its own, and the relations that lead to it.
pub fn of_type(tx: &mut Tx<'_>, workspace: &str, type_id: i64) -> Result<Vec<ObjectAttribute>> {
    let sql = ObjectAttribute::select(
        " AND NOT archived AND (type_id = $2 \
         OR (target_kind = 'object' AND target_type_id = $2 AND reverse_name IS NOT NULL)) ORDER BY id",
    );
    tx.query_all(&sql, params![workspace, type_id], ObjectAttribute::from_row)
}

/// The live relations that a kind of object shows (`contact`, `conversation` or `ticket`).
pub fn shown_by(tx: &mut Tx<'_>, workspace: &str, kind: &str) -> Result<Vec<ObjectAttribute>> {
    let sql = ObjectAttribute::select(
        " AND target_kind = $2 AND target_kind IS NOT NULL AND reverse_name IS NOT NULL AND NOT archived ORDER BY id",
    );
    tx.query_all(&sql, params![workspace, kind], ObjectAttribute::from_row)
}

/// Adds an attribute.
pub fn insert_attribute(tx: &mut Tx<'_>, workspace: &str, attribute: &ObjectAttribute) -> Result<()> {
    attribute.insert(tx, workspace)
}

/// Writes what changed of an attribute; the workspace is held.
pub fn update_attribute(
    tx: &mut Tx<'_>,
    workspace: &str,
    before: &ObjectAttribute,
    after: &ObjectAttribute,
) -> Result<()> {
    after.update(tx, workspace, before, &[("id", after.id.into())])
}
