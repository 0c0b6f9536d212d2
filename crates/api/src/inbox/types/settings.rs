//! Settings of data: tags, attributes, ticket types and types of custom objects.

use deskwire_domain::ids::{TagId, TeamId, TicketStateId, TicketTypeAttributeId, TicketTypeId};
use serde::{Deserialize, Serialize};

use super::{AttributeId, AttributeOwner};

/// A tag, and the number of objects of each kind that have it; 100 for 100 and more.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTag {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TagId,
    pub name: String,
    pub contacts: i64,
    pub companies: i64,
    pub conversations: i64,
    pub contents: i64,
}

/// A window of the tags.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsTags {
    /// The tags, by name.
    pub items: Vec<SettingsTag>,
    /// The `after` of the next window, if there is one.
    pub next: Option<String>,
}

/// A tag that was created or changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneTag {
    /// The tag.
    pub tag: SettingsTag,
}

/// A tag to be created or changed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NamedTag {
    /// The name.
    pub name: String,
}

/// The tag that another one is merged into.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MergeTag {
    /// The id of the tag that remains.
    #[cfg_attr(test, ts(as = "String"))]
    pub into: TagId,
}

/// An option of a list attribute.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttributeOption {
    /// The id; null for new options, and if options are identified by their labels.
    #[serde(default)]
    pub id: Option<String>,
    /// The label.
    pub label: String,
}

/// An attribute of contacts, companies or conversations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsAttribute {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: AttributeId,
    pub on: AttributeOwner,
    pub name: String,
    pub description: String,
    /// The data type. It is `list` for the lists of all kinds.
    pub data_type: String,
    /// The options of a list that can be selected.
    pub options: Option<Vec<AttributeOption>>,
    /// Whether the messenger can write the attribute.
    pub messenger_writable: bool,
    pub required: bool,
    pub multiline: bool,
    /// The teams that see the attribute; empty for all.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub team_ids: Vec<TeamId>,
    /// The type of custom object that it refers to.
    pub object_type: Option<String>,
    pub many: bool,
    pub archived: bool,
}

/// All custom attributes of a workspace.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsAttributes {
    /// The attributes, including archived ones.
    pub items: Vec<SettingsAttribute>,
}

/// An attribute that was created or changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneAttribute {
    /// The attribute.
    pub attribute: SettingsAttribute,
}

/// A new attribute. Fields that do not apply to its owner are ignored.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewAttribute {
    pub on: AttributeOwner,
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub data_type: String,
    #[serde(default)]
    pub options: Vec<AttributeOption>,
    #[serde(default)]
    pub messenger_writable: bool,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub multiline: bool,
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub team_ids: Vec<TeamId>,
    #[serde(default)]
    pub object_type: Option<String>,
    #[serde(default)]
    pub many: bool,
}

/// A change of an attribute. Fields that are absent or null stay unchanged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChangeAttribute {
    /// The name, of attributes of conversations only.
    pub name: Option<String>,
    pub description: Option<String>,
    /// All options that can be selected, in this order.
    pub options: Option<Vec<AttributeOption>>,
    pub messenger_writable: Option<bool>,
    pub required: Option<bool>,
    pub multiline: Option<bool>,
    #[cfg_attr(test, ts(as = "Option<Vec<String>>"))]
    pub team_ids: Option<Vec<TeamId>>,
    pub archived: Option<bool>,
}

/// An attribute of a ticket type.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketAttribute {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TicketTypeAttributeId,
    pub name: String,
    pub description: String,
    pub data_type: String,
    pub options: Option<Vec<String>>,
    pub required_to_create: bool,
    pub required_to_create_for_contacts: bool,
    pub visible_on_create: bool,
    pub visible_to_contacts: bool,
    pub multiline: bool,
    pub allow_multiple_values: bool,
    /// Whether every type has it.
    pub is_default: bool,
    pub archived: bool,
}

/// A ticket type.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketType {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TicketTypeId,
    pub name: String,
    pub description: String,
    pub icon: String,
    /// The category: `Customer`, `Back-office` or `Tracker`.
    pub category: String,
    pub is_internal: bool,
    pub archived: bool,
    pub attributes: Vec<SettingsTicketAttribute>,
}

/// A ticket state.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketState {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: TicketStateId,
    pub category: String,
    pub internal_label: String,
    pub external_label: String,
    /// The types that have it, unless every type has.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub ticket_type_ids: Vec<TicketTypeId>,
    /// Whether every type has it.
    pub is_default: bool,
    pub archived: bool,
}

/// All ticket types and states.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketTypes {
    pub items: Vec<SettingsTicketType>,
    pub states: Vec<SettingsTicketState>,
}

/// A ticket type that was created or changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneTicketType {
    /// The ticket type.
    pub ticket_type: SettingsTicketType,
}

/// A ticket state that was created or changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneTicketState {
    /// The ticket state.
    pub state: SettingsTicketState,
}

/// A ticket type to be created or changed. Fields that are absent or null stay unchanged, or get the default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WriteTicketType {
    pub name: Option<String>,
    pub description: Option<String>,
    pub category: Option<String>,
    pub icon: Option<String>,
    pub is_internal: Option<bool>,
    pub archived: Option<bool>,
}

/// An attribute of a ticket type, to be created or changed. Fields that are absent or null stay unchanged, or get the
/// default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WriteTicketAttribute {
    pub name: Option<String>,
    pub description: Option<String>,
    pub data_type: Option<String>,
    pub options: Option<Vec<String>>,
    pub required_to_create: Option<bool>,
    pub required_to_create_for_contacts: Option<bool>,
    pub visible_on_create: Option<bool>,
    pub visible_to_contacts: Option<bool>,
    pub multiline: Option<bool>,
    pub allow_multiple_values: Option<bool>,
    pub archived: Option<bool>,
}

/// A ticket state to be created or changed. Fields that are absent or null stay unchanged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct WriteTicketState {
    pub category: Option<String>,
    pub internal_label: Option<String>,
    pub external_label: Option<String>,
    #[cfg_attr(test, ts(as = "Option<Vec<String>>"))]
    pub ticket_type_ids: Option<Vec<TicketTypeId>>,
    pub archived: Option<bool>,
}

/// An attribute of a type of custom objects.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ObjectAttribute {
    pub name: String,
    pub data_type: String,
    pub description: String,
    pub options: Option<Vec<String>>,
    /// The target of a relation: `contact`, `conversation`, `ticket` or a type.
    pub to: Option<String>,
    pub many: bool,
    /// The name of the relation in the other direction, from the target to the instances.
    pub reverse: Option<String>,
    pub reverse_many: bool,
    pub archived: bool,
}

/// A type of custom objects.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsObjectType {
    pub identifier: String,
    pub name: String,
    pub description: String,
    pub attributes: Vec<ObjectAttribute>,
}

/// All types of custom objects.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsObjectTypes {
    /// The types, oldest first.
    pub items: Vec<SettingsObjectType>,
}

/// A type of custom objects that was created or changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneObjectType {
    /// The type.
    pub object_type: SettingsObjectType,
}

/// A new type of custom objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewObjectType {
    pub identifier: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub description: String,
}

/// A change of a type of custom objects. Fields that are absent or null stay unchanged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChangeObjectType {
    pub name: Option<String>,
    pub description: Option<String>,
}

/// A new attribute of a type of custom objects.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct NewObjectAttribute {
    pub name: String,
    pub data_type: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub to: Option<String>,
    #[serde(default)]
    pub many: bool,
    #[serde(default)]
    pub reverse: Option<String>,
    #[serde(default)]
    pub reverse_many: bool,
}

/// A change of an attribute of a type of custom objects. Fields that are absent or null stay unchanged.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChangeObjectAttribute {
    pub description: Option<String>,
    pub options: Option<Vec<String>>,
    pub archived: Option<bool>,
}
