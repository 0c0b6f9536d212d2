//! Types of custom objects, and the attributes of each.

use crate::{Result, Row, Tx, params};

/// A type's row.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct ObjectType {
    pub id: i64,
    pub identifier: String,
    pub name: String,
    pub description: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
}

const TYPE: &str = "id, identifier, name, description, created_at, updated_at";

fn type_row(row: &Row<'_>) -> Result<ObjectType> {
    Ok(ObjectType {
        id: row.get(0)?,
        identifier: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}

/// An attribute's row.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct ObjectAttribute {
    pub id: i64,
    pub type_id: i64,
    pub name: String,
    pub description: Option<String>,
    pub data_type: String,
    /// A JSON array of texts, for lists.
    pub options: Option<String>,
    pub target_kind: Option<String>,
    pub target_type_id: i64,
    pub many: bool,
    pub reverse_name: Option<String>,
    pub reverse_many: bool,
    pub archived: bool,
    pub created_at: i64,
    pub updated_at: i64,
}

const ATTRIBUTE: &str = "id, type_id, name, description, data_type, options, target_kind, target_type_id, many, reverse_name, \
     reverse_many, archived, created_at, updated_at";

fn attribute_row(row: &Row<'_>) -> Result<ObjectAttribute> {
    Ok(ObjectAttribute {
        id: row.get(0)?,
        type_id: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        data_type: row.get(4)?,
        options: row.get(5)?,
        target_kind: row.get(6)?,
        target_type_id: row.get(7)?,
        many: row.get(8)?,
        reverse_name: row.get(9)?,
        reverse_many: row.get(10)?,
        archived: row.get(11)?,
        created_at: row.get(12)?,
        updated_at: row.get(13)?,
    })
}

/// All types of a workspace, oldest first.
pub fn all(tx: &mut Tx<'_>, workspace: &str) -> Result<Vec<ObjectType>> {
    let sql = format!("SELECT {TYPE} FROM custom_object_types WHERE workspace_id = $1 ORDER BY id");
    tx.query_all(&sql, params![workspace], type_row)
}

/// The type of this identifier.
pub fn by_identifier(tx: &mut Tx<'_>, workspace: &str, identifier: &str) -> Result<Option<ObjectType>> {
    let sql = format!("SELECT {TYPE} FROM custom_object_types WHERE workspace_id = $1 AND identifier = $2");
    tx.query_opt(&sql, params![workspace, identifier], type_row)
}

/// Adds a type.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, t: &ObjectType) -> Result<()> {
    let sql = format!("INSERT INTO custom_object_types (workspace_id, {TYPE}) VALUES ($1, $2, $3, $4, $5, $6, $7)");
    let values = params![workspace, t.id, &t.identifier, &t.name, &t.description, t.created_at, t.updated_at];
    tx.execute(&sql, values)?;
    Ok(())
}

/// Writes what may change of a type.
pub fn update(tx: &mut Tx<'_>, workspace: &str, t: &ObjectType) -> Result<()> {
    tx.execute(
        "UPDATE custom_object_types SET name = $1, description = $2, updated_at = $3 WHERE workspace_id = $4 AND id = $5",
        params![&t.name, &t.description, t.updated_at, workspace, t.id],
    )?;
    Ok(())
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
    let sql = format!("SELECT {ATTRIBUTE} FROM custom_object_attributes WHERE workspace_id = $1 ORDER BY id");
    tx.query_all(&sql, params![workspace], attribute_row)
}

/// The live attributes that instances of a type show: its own, and the relations that lead to it.
pub fn of_type(tx: &mut Tx<'_>, workspace: &str, type_id: i64) -> Result<Vec<ObjectAttribute>> {
    let sql = format!(
        "SELECT {ATTRIBUTE} FROM custom_object_attributes WHERE workspace_id = $1 AND NOT archived AND (type_id = $2 \
         OR (target_kind = 'object' AND target_type_id = $2 AND reverse_name IS NOT NULL)) ORDER BY id"
    );
    tx.query_all(&sql, params![workspace, type_id], attribute_row)
}

/// The live relations that a kind of object shows (`contact`, `conversation` or `ticket`).
pub fn shown_by(tx: &mut Tx<'_>, workspace: &str, kind: &str) -> Result<Vec<ObjectAttribute>> {
    let sql = format!(
        "SELECT {ATTRIBUTE} FROM custom_object_attributes WHERE workspace_id = $1 AND target_kind = $2 AND target_kind IS NOT NULL \
         AND reverse_name IS NOT NULL AND NOT archived ORDER BY id"
    );
    tx.query_all(&sql, params![workspace, kind], attribute_row)
}

/// Adds an attribute.
pub fn insert_attribute(tx: &mut Tx<'_>, workspace: &str, a: &ObjectAttribute) -> Result<()> {
    let sql = format!(
        "INSERT INTO custom_object_attributes (workspace_id, {ATTRIBUTE}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    );
    tx.execute(
        &sql,
        params![
            workspace,
            a.id,
            a.type_id,
            &a.name,
            &a.description,
            &a.data_type,
            &a.options,
            &a.target_kind,
            a.target_type_id,
            a.many,
            &a.reverse_name,
            a.reverse_many,
            a.archived,
            a.created_at,
            a.updated_at
        ],
    )?;
    Ok(())
}

/// Writes what may change of an attribute.
pub fn update_attribute(tx: &mut Tx<'_>, workspace: &str, a: &ObjectAttribute) -> Result<()> {
    tx.execute(
        "UPDATE custom_object_attributes SET description = $1, options = $2, many = $3, reverse_name = $4, reverse_many = $5, \
         archived = $6, updated_at = $7 WHERE workspace_id = $8 AND id = $9",
        params![
            &a.description,
            &a.options,
            a.many,
            &a.reverse_name,
            a.reverse_many,
            a.archived,
            a.updated_at,
            workspace,
            a.id
        ],
    )?;
    Ok(())
}
