//! What a workspace knows of conversations besides what all have: attributes, their types and options.

use super::record::{Record, record};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// An attribute's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct ConversationAttribute in "conversation_attributes" {
        id: i64,
        name: String,
        description: String,
        /// `string`, `integer`, `list`, `decimal`, `boolean`, `datetime`, `relationship` or `files`.
        data_type: String,
        required: bool,
        /// Of texts only.
        multiline: Option<bool>,
        /// A JSON array of ids.
        visible_to_team_ids: String,
        /// A JSON array of `{id, label, archived}`, of lists only.
        options: Option<String>,
        /// A JSON object `{type, object_type_id}`, of relationships only.
        reference: Option<String>,
        archived: bool,
        admin_id: Option<i64>,
        created_at: i64,
        updated_at: i64,
    }
}

/// All attributes of a workspace, archived ones too, oldest first.
pub fn all(tx: &mut WorkspaceTx) -> Result<Vec<ConversationAttribute>> {
    let sql = ConversationAttribute::select(" ORDER BY created_at, id");
    tx.query_all(&sql, &[], ConversationAttribute::from_row)
}

/// The live attributes of a workspace, oldest first.
pub fn live(tx: &mut WorkspaceTx) -> Result<Vec<ConversationAttribute>> {
    let sql = ConversationAttribute::select(" AND NOT archived ORDER BY created_at, id");
    tx.query_all(&sql, &[], ConversationAttribute::from_row)
}

/// One attribute.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<ConversationAttribute>> {
    tx.query_opt(&ConversationAttribute::select(" AND id = $2"), params![id], ConversationAttribute::from_row)
}

/// The same, held against other writers until the transaction ends.
pub fn lock(tx: &mut WorkspaceTx, id: i64) -> Result<Option<ConversationAttribute>> {
    let sql = ConversationAttribute::select(&format!(" AND id = $2{}", tx.hold(Hold::Change)));
    tx.query_opt(&sql, params![id], ConversationAttribute::from_row)
}

/// Adds an attribute.
pub fn insert(tx: &mut WorkspaceTx, attribute: &ConversationAttribute) -> Result<()> {
    attribute.insert(tx)
}

/// Writes what changed of an attribute.
pub fn update(tx: &mut WorkspaceTx, before: &ConversationAttribute, after: &ConversationAttribute) -> Result<()> {
    after.update(tx, before, &[("id", after.id.into())])
}
