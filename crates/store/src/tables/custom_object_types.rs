//! Types of custom objects, and the attributes of each.

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use crate::ids::{ObjectAttributeId, ObjectTypeId};
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// The type of an attribute of custom objects.
    pub enum ObjectDataType {
        String = "string",
        Integer = "integer",
        Float = "float",
        Boolean = "boolean",
        Datetime = "datetime",
        List = "list",
        Relation = "relation",
    }
}

column_enum! {
    /// The kind of a relation's target.
    pub enum TargetKind {
        Contact = "contact",
        Conversation = "conversation",
        Ticket = "ticket",
        /// An instance of a custom object.
        Object = "object",
    }
}

record! {
    /// A type's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ObjectType in "custom_object_types", key (id: ObjectTypeId) {
        id: ObjectTypeId,
        identifier: String,
        name: String,
        description: Option<String>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn all, hold, insert, update;
}

record! {
    /// An attribute's row.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ObjectAttribute in "custom_object_attributes", key (id: ObjectAttributeId) {
        id: ObjectAttributeId,
        type_id: ObjectTypeId,
        name: String,
        description: Option<String>,
        data_type: ObjectDataType,
        /// A JSON array of texts, for lists.
        options: Option<String>,
        target_kind: Option<TargetKind>,
        target_type_id: ObjectTypeId,
        many: bool,
        reverse_name: Option<String>,
        reverse_many: bool,
        archived: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn all as attributes, insert as insert_attribute, update as update_attribute;
}

/// The type with this identifier, locked against removal in a write.
pub fn by_identifier(tx: &mut WorkspaceTx, identifier: &str) -> Result<Option<ObjectType>> {
    tx.query_opt(
        select!(ObjectType, " AND identifier = $2", tx, Hold::Reference),
        params![identifier],
        ObjectType::from_row,
    )
}

/// Removes a type with its attributes.
pub fn delete(tx: &mut WorkspaceTx, id: ObjectTypeId) -> Result<()> {
    tx.send("DELETE FROM custom_object_attributes WHERE workspace_id = $1 AND type_id = $2", params![id])?;
    tx.send("DELETE FROM custom_object_types WHERE workspace_id = $1 AND id = $2", params![id])
}

/// The live attributes that instances of a type show: its own, and the relations to it.
pub fn of_type(tx: &mut WorkspaceTx, type_id: ObjectTypeId) -> Result<Vec<ObjectAttribute>> {
    let sql = ObjectAttribute::select(
        " AND NOT archived AND (type_id = $2 \
         OR (target_kind = 'object' AND target_type_id = $2 AND reverse_name IS NOT NULL)) ORDER BY id",
    );
    tx.query_all(&sql, params![type_id], ObjectAttribute::from_row)
}

/// The live relations to a kind of object that the object shows.
pub fn shown_by(tx: &mut WorkspaceTx, kind: TargetKind) -> Result<Vec<ObjectAttribute>> {
    let sql = select!(
        ObjectAttribute,
        " AND target_kind = $2 AND target_kind IS NOT NULL AND reverse_name IS NOT NULL AND NOT archived ORDER BY id"
    );
    tx.query_all(sql, params![kind], ObjectAttribute::from_row)
}
