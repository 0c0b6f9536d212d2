//! An attribute of conversations as the API represents it.

use deskwire_domain::conversation_attributes::{ConversationAttribute, ConversationDataType};
use deskwire_domain::error::{Error, Result};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::public::conversations::view::raw;

/// An attribute.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: i64,
    name: &'a str,
    description: &'a str,
    data_type: ConversationDataType,
    required: bool,
    visible_to_team_ids: Vec<String>,
    archived: bool,
    created_at: i64,
    updated_at: i64,
    /// Empty where a workspace file declared it.
    admin_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    multiline: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a RawValue>,
}

impl<'a> View<'a> {
    /// The view of this attribute.
    pub(super) fn of(a: &'a ConversationAttribute) -> Result<Self> {
        let teams: Vec<i64> = serde_json::from_str(&a.visible_to_team_ids).map_err(Error::internal)?;
        Ok(Self {
            r#type: "conversation_attribute",
            id: a.id.number(),
            name: &a.name,
            description: &a.description,
            data_type: a.data_type,
            required: a.required,
            visible_to_team_ids: teams.iter().map(i64::to_string).collect(),
            archived: a.archived,
            created_at: a.created_at,
            updated_at: a.updated_at,
            admin_id: a.admin_id.map(|id| id.to_string()).unwrap_or_default(),
            multiline: a.multiline,
            options: a.options.as_deref().map(raw).transpose()?,
            reference: a.reference.as_deref().map(raw).transpose()?,
        })
    }
}
