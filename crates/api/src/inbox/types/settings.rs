//! Settings of data: tags, attributes, types of tickets and of custom objects.

use deskwire_domain::ids::{TagId, TeamId, TicketTypeId};
use serde::{Deserialize, Serialize};

use super::AttributeOwner;

/// A tag, and how many things of each kind have it; 100 for more than 99.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTag {
    pub id: String,
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
    /// What `after` is for the next window, if there is more.
    pub next: Option<String>,
}

/// A tag that was written.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneTag {
    /// The tag.
    pub tag: SettingsTag,
}

/// A tag as it is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NamedTag {
    /// Its name.
    pub name: String,
}

/// Which tag another one is merged into.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MergeTag {
    /// The one that stays.
    #[cfg_attr(test, ts(as = "String"))]
    pub into: TagId,
}

/// An option of a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AttributeOption {
    /// Which one it is; null for new ones, and where options are known by their labels.
    #[serde(default)]
    pub id: Option<String>,
    /// What people see.
    pub label: String,
}

/// An attribute of contacts, companies or conversations.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsAttribute {
    pub id: String,
    pub on: AttributeOwner,
    pub name: String,
    pub description: String,
    /// Lists are `list` everywhere.
    pub data_type: String,
    /// The options of a list that can be chosen.
    pub options: Option<Vec<AttributeOption>>,
    /// Whether the messenger may write it.
    pub messenger_writable: bool,
    pub required: bool,
    pub multiline: bool,
    /// The teams that see it; none for all.
    pub team_ids: Vec<String>,
    /// The type of custom object that it refers to.
    pub object_type: Option<String>,
    pub many: bool,
    pub archived: bool,
}

/// All attributes of a workspace's own.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsAttributes {
    /// Archived ones too.
    pub items: Vec<SettingsAttribute>,
}

/// An attribute that was written.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneAttribute {
    /// The attribute.
    pub attribute: SettingsAttribute,
}

/// A new attribute. What does not concern its owner is ignored.
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

/// Changes of an attribute. Those that are absent or null stay.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChangeAttribute {
    /// Of conversations alone.
    pub name: Option<String>,
    pub description: Option<String>,
    /// All that can be chosen, in this order.
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
    pub id: String,
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

/// A type of tickets.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketType {
    pub id: String,
    pub name: String,
    pub description: String,
    pub icon: String,
    /// `Customer`, `Back-office` or `Tracker`.
    pub category: String,
    pub is_internal: bool,
    pub archived: bool,
    pub attributes: Vec<SettingsTicketAttribute>,
}

/// A state of tickets.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketState {
    pub id: String,
    pub category: String,
    pub internal_label: String,
    pub external_label: String,
    /// The types that have it, unless every type does.
    pub ticket_type_ids: Vec<String>,
    /// Whether every type has it.
    pub is_default: bool,
    pub archived: bool,
}

/// All types and states.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct SettingsTicketTypes {
    pub items: Vec<SettingsTicketType>,
    pub states: Vec<SettingsTicketState>,
}

/// A type that was written.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneTicketType {
    /// The type.
    pub ticket_type: SettingsTicketType,
}

/// A state that was written.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneTicketState {
    /// The state.
    pub state: SettingsTicketState,
}

/// A ticket type as it is to be. What is absent or null stays, or is at its default.
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

/// An attribute of a ticket type as it is to be. What is absent or null stays, or is at its default.
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

/// A ticket state as it is to be. What is absent or null stays.
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
    /// What a relation leads to: `contact`, `conversation`, `ticket` or a type.
    pub to: Option<String>,
    pub many: bool,
    /// The name under which what it leads to shows the instances.
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

/// A type that was written.
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

/// Changes of a type of custom objects. What is absent or null stays.
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

/// Changes of an attribute of a type of custom objects. What is absent or null stays.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ChangeObjectAttribute {
    pub description: Option<String>,
    pub options: Option<Vec<String>>,
    pub archived: Option<bool>,
}
