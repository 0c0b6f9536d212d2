//! A data attribute as the API represents it.

use std::borrow::Cow;

use deskwire_domain::attributes::Model;
use deskwire_domain::conversation_attributes::{ConversationAttribute, ConversationDataType, choices};
use deskwire_domain::data_attributes::{DataAttribute, Standard};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::AdminId;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// A data attribute.
#[derive(Serialize)]
pub(super) struct View<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    r#type: &'static str,
    name: &'a str,
    full_name: Cow<'a, str>,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    data_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Cow<'a, RawValue>>,
    api_writable: bool,
    ui_writable: bool,
    messenger_writable: bool,
    custom: bool,
    archived: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_id: Option<AdminId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<i64>,
    model: &'a str,
}

impl<'a> View<'a> {
    /// A standard attribute.
    pub(super) fn standard(model: Model, of: &'a Standard) -> Self {
        Self {
            id: None,
            r#type: "data_attribute",
            name: of.name(),
            full_name: of.full_name.into(),
            label: of.label,
            description: Some(of.description),
            data_type: of.data_type,
            options: None,
            api_writable: of.api_writable,
            ui_writable: false,
            messenger_writable: true,
            custom: false,
            archived: false,
            admin_id: None,
            created_at: None,
            updated_at: None,
            model: model.as_str(),
        }
    }

    /// A custom attribute.
    pub(super) fn custom(of: &'a DataAttribute) -> Result<Self> {
        let options: Option<&RawValue> =
            of.options.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        Ok(Self {
            id: Some(of.id.number()),
            r#type: "data_attribute",
            name: &of.name,
            full_name: format!("custom_attributes.{}", of.name).into(),
            label: &of.name,
            description: of.description.as_deref(),
            data_type: of.data_type.as_str(),
            options: options.map(Cow::Borrowed),
            api_writable: true,
            ui_writable: false,
            messenger_writable: of.messenger_writable,
            custom: true,
            archived: of.archived,
            admin_id: of.admin_id,
            created_at: Some(of.created_at),
            updated_at: Some(of.updated_at),
            model: of.model.as_str(),
        })
    }

    /// An attribute of conversations, in versions without operations for these.
    pub(super) fn conversation(of: &'a ConversationAttribute) -> Result<Self> {
        let labels: Vec<String> = choices(of).into_iter().filter(|c| !c.archived).map(|c| c.label).collect();
        let options = (of.data_type == ConversationDataType::List)
            .then(|| to_raw_value(&labels))
            .transpose()
            .map_err(Error::internal)?;
        let data_type = match of.data_type {
            ConversationDataType::Decimal => "float",
            same @ (ConversationDataType::Integer | ConversationDataType::Boolean | ConversationDataType::Datetime) => {
                same.as_str()
            }
            _ => "string",
        };
        Ok(Self {
            id: Some(of.id.number()),
            r#type: "data_attribute",
            name: &of.name,
            full_name: format!("custom_attributes.{}", of.name).into(),
            label: &of.name,
            description: Some(&*of.description).filter(|d| !d.is_empty()),
            data_type,
            options: options.map(Cow::Owned),
            api_writable: true,
            ui_writable: true,
            messenger_writable: false,
            custom: true,
            archived: of.archived,
            admin_id: of.admin_id,
            created_at: Some(of.created_at),
            updated_at: Some(of.updated_at),
            model: "conversation",
        })
    }
}
