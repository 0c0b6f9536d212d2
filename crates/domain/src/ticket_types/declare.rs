//! Ticket types in a workspace file.

use deskwire_store::ticket_types as store;
use serde::{Deserialize, Serialize};

use super::{
    AttributeChanges, Changes, Full, TicketDataType, TicketTypeAttribute, add_attribute, change_attribute, create,
    find, items, list, update,
};
use crate::Cx;
use crate::error::{Error, Result};

/// A ticket type as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in a file.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// `Customer`, `Back-office` or `Tracker`.
    #[serde(default = "customer")]
    pub category: String,
    /// An emoji.
    pub icon: Option<String>,
    /// Whether its tickets are for teammates only.
    #[serde(default)]
    pub is_internal: bool,
    /// Whether no new tickets of it can be made.
    #[serde(default)]
    pub archived: bool,
    /// Its attributes besides title and description, or changes of those two.
    #[serde(default)]
    pub attributes: Vec<DeclaredAttribute>,
}

/// An attribute of a type as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredAttribute {
    /// Its name, unique in its type.
    pub name: String,
    /// Its description.
    #[serde(default)]
    pub description: String,
    /// `string`, `list`, `integer`, `decimal`, `boolean`, `datetime` or `files`.
    #[serde(default = "string")]
    pub data_type: String,
    /// Whether teammates must give it.
    #[serde(default)]
    pub required_to_create: bool,
    /// Whether contacts must give it.
    #[serde(default)]
    pub required_to_create_for_contacts: bool,
    /// Whether teammates see it when they create a ticket.
    #[serde(default = "yes")]
    pub visible_on_create: bool,
    /// Whether contacts see it when they create a ticket.
    #[serde(default = "yes")]
    pub visible_to_contacts: bool,
    /// Whether a text may have lines.
    pub multiline: Option<bool>,
    /// The items of a list.
    pub list_items: Option<Vec<String>>,
    /// Whether there may be several files.
    pub allow_multiple_values: Option<bool>,
    /// Whether it is archived.
    #[serde(default)]
    pub archived: bool,
}

fn customer() -> String {
    "Customer".to_owned()
}

fn string() -> String {
    "string".to_owned()
}

fn yes() -> bool {
    true
}

/// Creates or changes the type as declared. Returns whether anything changed. Other attributes stay.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = declared.name.trim();
    let changes = Changes {
        name: Some(name.to_owned()),
        description: Some(declared.description.clone()),
        category: Some(declared.category.clone()),
        icon: declared.icon.clone(),
        is_internal: Some(declared.is_internal),
        archived: Some(declared.archived),
    };
    let before = match store::named(cx, name)?.into_iter().min_by_key(|t| (t.archived, t.id)) {
        Some(row) => Some(find(cx, row.id)?),
        None => None,
    };
    let id = match &before {
        Some(before) => before.row.id,
        None => create(cx, &changes)?.row.id,
    };
    update(cx, Some(id), &changes)?;
    let now = find(cx, id)?;
    for attribute in &declared.attributes {
        let changes = changes_of(attribute);
        match now.attributes.iter().find(|a| a.name == attribute.name.trim()) {
            Some(found) if found.data_type.as_str() != attribute.data_type => {
                let message =
                    format!("The attribute '{}' is of type {}, which cannot change", found.name, found.data_type);
                return Err(Error::invalid(message).field("data_type"));
            }
            Some(found) => change_attribute(cx, (Some(id), Some(found.id)), &changes)?,
            None => add_attribute(cx, Some(id), &changes)?,
        };
    }
    Ok(before != Some(find(cx, id)?))
}

fn changes_of(declared: &DeclaredAttribute) -> AttributeChanges {
    AttributeChanges {
        name: Some(declared.name.clone()),
        description: Some(declared.description.clone()),
        data_type: Some(declared.data_type.clone()),
        required_to_create: Some(declared.required_to_create),
        required_to_create_for_contacts: Some(declared.required_to_create_for_contacts),
        visible_on_create: Some(declared.visible_on_create),
        visible_to_contacts: Some(declared.visible_to_contacts),
        multiline: declared.multiline,
        list_items: declared.list_items.clone(),
        allow_multiple_values: declared.allow_multiple_values,
        archived: Some(declared.archived),
    }
}

/// All types as a workspace file would declare them. Of several with the same name, the live one, else the oldest.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let mut all = list(cx)?;
    all.sort_by_key(|full| (full.row.archived, full.row.id));
    let mut found: Vec<Declared> = Vec::with_capacity(all.len());
    for Full { row, attributes, .. } in all {
        if found.iter().all(|other| other.name != row.name) {
            found.push(Declared {
                name: row.name,
                description: row.description,
                category: row.category.to_string(),
                icon: Some(row.icon),
                is_internal: row.is_internal,
                archived: row.archived,
                attributes: attributes.into_iter().map(declared_attribute).collect(),
            });
        }
    }
    Ok(found)
}

fn declared_attribute(a: TicketTypeAttribute) -> DeclaredAttribute {
    let live = |a: &TicketTypeAttribute| items(a).into_iter().filter(|i| !i.archived).map(|i| i.label).collect();
    DeclaredAttribute {
        list_items: (a.data_type == TicketDataType::List).then(|| live(&a)),
        multiline: (a.data_type == TicketDataType::String).then_some(a.multiline),
        allow_multiple_values: (a.data_type == TicketDataType::Files).then_some(a.allow_multiple_values),
        name: a.name,
        description: a.description,
        data_type: a.data_type.to_string(),
        required_to_create: a.required_to_create,
        required_to_create_for_contacts: a.required_to_create_for_contacts,
        visible_on_create: a.visible_on_create,
        visible_to_contacts: a.visible_to_contacts,
        archived: a.archived,
    }
}
