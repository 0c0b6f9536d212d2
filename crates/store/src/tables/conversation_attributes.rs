//! Custom attributes of conversations, with their types and options.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ConversationAttributeId};
use crate::{Result, WorkspaceTx};

column_enum! {
    /// The type of a conversation attribute.
    #[derive(Default)]
    pub enum ConversationDataType {
        #[default]
        String = "string",
        Integer = "integer",
        List = "list",
        Decimal = "decimal",
        Boolean = "boolean",
        Datetime = "datetime",
        Relationship = "relationship",
        Files = "files",
    }
}

record! {
    /// An attribute's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct ConversationAttribute in "conversation_attributes", key (id: ConversationAttributeId), order "created_at, id" {
        id: ConversationAttributeId,
        name: String,
        description: String,
        data_type: ConversationDataType,
        required: bool,
        /// For texts only.
        multiline: Option<bool>,
        /// A JSON array of ids.
        visible_to_team_ids: String,
        /// A JSON array of `{id, label, archived}`, for lists only.
        options: Option<String>,
        /// A JSON object `{type, object_type_id}`, for relationships only.
        reference: Option<String>,
        archived: bool,
        admin_id: Option<AdminId>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, lock, all, insert, update;
}

/// The live attributes of a workspace, oldest first.
pub fn live(tx: &mut WorkspaceTx) -> Result<Vec<ConversationAttribute>> {
    let sql = select!(ConversationAttribute, " AND NOT archived ORDER BY created_at, id");
    tx.query_all(sql, &[], ConversationAttribute::from_row)
}
