//! The attributes of a type.

use deskwire_store::counters::{self, Counter};
use deskwire_store::ticket_type_attributes::{self as store, TicketDataType};
use deskwire_store::ticket_types;
use serde::{Deserialize, Serialize};

use super::{TicketType, TicketTypeAttribute};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{TicketTypeAttributeId, TicketTypeId};
use crate::names;
use crate::secrets::uuid;

/// The maximum number of attributes per type, archived ones too.
const LIMIT: usize = 250;
/// The maximum number of items of a list, including archived ones.
const MAX_ITEMS: usize = 500;
const MAX_ITEM_LENGTH: usize = 255;
const MAX_DESCRIPTION_LENGTH: usize = 2_000;

/// An item of a list. Removed items are archived, so that values keep their labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// What values hold.
    pub id: String,
    /// What people read.
    pub label: String,
    /// Whether it was removed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
}

/// Fields of an attribute; `None` leaves a field as it is, or at its default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AttributeChanges {
    /// Its name, unique in its type.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The type of its values, which cannot change.
    pub data_type: Option<String>,
    /// Whether teammates must give it.
    pub required_to_create: Option<bool>,
    /// Whether contacts must give it.
    pub required_to_create_for_contacts: Option<bool>,
    /// Whether teammates see it when they create a ticket.
    pub visible_on_create: Option<bool>,
    /// Whether contacts see it when they create a ticket.
    pub visible_to_contacts: Option<bool>,
    /// Whether a text may have lines.
    pub multiline: Option<bool>,
    /// The items of a list.
    pub list_items: Option<Vec<String>>,
    /// Whether there may be several files.
    pub allow_multiple_values: Option<bool>,
    /// Whether it is archived.
    pub archived: Option<bool>,
}

/// Adds an attribute to a type, in the last position.
pub fn add_attribute(cx: &mut Cx, of: Option<TicketTypeId>, new: &AttributeChanges) -> Result<TicketTypeAttribute> {
    let of = locked(cx, of)?;
    let needed = |text: &Option<String>, field: &'static str| match text {
        Some(text) => Ok(text.clone()),
        None => Err(Error::missing(format!("{field} is required")).field(field)),
    };
    needed(&new.name, "name")?;
    needed(&new.description, "description")?;
    let data_type = needed(&new.data_type, "data_type")?;
    let data_type = TicketDataType::parse(&data_type).ok_or_else(|| {
        Error::invalid(format!("data_type must be one of {}", TicketDataType::TEXTS.join(", "))).field("data_type")
    })?;
    if data_type == TicketDataType::List && new.list_items.is_none() {
        return Err(Error::missing("list_items is required for a list attribute").field("list_items"));
    }
    let before = store::of_types(cx, &[of.id])?;
    if before.len() >= LIMIT {
        return Err(Error::invalid(format!("A ticket type has at most {LIMIT} attributes")));
    }
    let now = cx.now();
    let mut attribute = TicketTypeAttribute {
        id: counters::next(cx, Counter::Attribute)?,
        ticket_type_id: of.id,
        name: String::new(),
        description: String::new(),
        data_type,
        multiline: false,
        list_items: None,
        allow_multiple_values: false,
        position: i64::try_from(before.len()).unwrap_or(i64::MAX),
        required_to_create: false,
        required_to_create_for_contacts: false,
        visible_on_create: true,
        visible_to_contacts: true,
        is_default: false,
        archived: false,
        created_at: now,
        updated_at: now,
    };
    apply_changes(&mut attribute, new, &before)?;
    store::insert(cx, &attribute)?;
    touch(cx, &of)?;
    Ok(attribute)
}

/// Changes an attribute of a type.
pub fn change_attribute(
    cx: &mut Cx,
    (of, id): (Option<TicketTypeId>, Option<TicketTypeAttributeId>),
    changes: &AttributeChanges,
) -> Result<TicketTypeAttribute> {
    let of = locked(cx, of)?;
    let all = store::of_types(cx, &[of.id])?;
    let before = all.iter().find(|a| Some(a.id) == id).ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    apply_changes(&mut after, changes, &all)?;
    if after.is_default && (after.name != before.name || after.archived) {
        return Err(Error::invalid("A default attribute cannot be renamed or archived"));
    }
    if after != *before {
        after.updated_at = cx.now();
        store::update(cx, before, &after)?;
        touch(cx, &of)?;
    }
    Ok(after)
}

/// The items of a list, including archived ones.
pub fn items(attribute: &TicketTypeAttribute) -> Vec<ListItem> {
    attribute.list_items.as_deref().and_then(|items| serde_json::from_str(items).ok()).unwrap_or_default()
}

/// The type, locked so that two new attributes do not get the same position.
fn locked(cx: &mut Cx, of: Option<TicketTypeId>) -> Result<TicketType> {
    let of = of.ok_or(ErrorKind::ResourceNotFound)?;
    ticket_types::lock(cx, of)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

fn touch(cx: &mut Cx, of: &TicketType) -> Result<()> {
    let after = TicketType { updated_at: cx.now(), ..of.clone() };
    Ok(ticket_types::update(cx, of, &after)?)
}

fn apply_changes(to: &mut TicketTypeAttribute, from: &AttributeChanges, all: &[TicketTypeAttribute]) -> Result<()> {
    if let Some(name) = &from.name {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::invalid("name must not be empty").field("name"));
        }
        names::at_most("name", name, names::MAX_NAME_LENGTH)?;
        if all.iter().any(|a| a.id != to.id && a.name == name) {
            return Err(
                Error::invalid(format!("The ticket type already has an attribute named '{name}'")).field("name")
            );
        }
        name.clone_into(&mut to.name);
    }
    if let Some(description) = &from.description {
        names::at_most("description", description, MAX_DESCRIPTION_LENGTH)?;
        to.description.clone_from(description);
    }
    let only = |field: &'static str, of: &str| {
        Error::invalid(format!("{field} is only applicable to {of} attributes")).field(field)
    };
    match (from.multiline, to.data_type) {
        (Some(multiline), TicketDataType::String) => to.multiline = multiline,
        (Some(true), _) => return Err(only("multiline", "string")),
        _ => {}
    }
    match (from.allow_multiple_values, to.data_type) {
        (Some(allow), TicketDataType::Files) => to.allow_multiple_values = allow,
        (Some(true), _) => return Err(only("allow_multiple_values", "files")),
        _ => {}
    }
    match (&from.list_items, to.data_type) {
        (Some(labels), TicketDataType::List) => to.list_items = Some(listed(items(to), labels)?),
        (Some(labels), _) if !labels.is_empty() => return Err(only("list_items", "list")),
        _ => {}
    }
    let set = |to: &mut bool, from: Option<bool>| *to = from.unwrap_or(*to);
    set(&mut to.required_to_create, from.required_to_create);
    set(&mut to.required_to_create_for_contacts, from.required_to_create_for_contacts);
    set(&mut to.visible_on_create, from.visible_on_create);
    set(&mut to.visible_to_contacts, from.visible_to_contacts);
    set(&mut to.archived, from.archived);
    Ok(())
}

/// The items of a list with these labels: existing ones keep their ids, missing ones are archived.
fn listed(mut before: Vec<ListItem>, labels: &[String]) -> Result<String> {
    let mut after: Vec<ListItem> = Vec::with_capacity(labels.len());
    for label in labels.iter().map(|l| l.trim()).filter(|l| !l.is_empty()) {
        names::at_most("list_items", label, MAX_ITEM_LENGTH)?;
        if after.iter().any(|item| item.label == label) {
            continue;
        }
        let id = match before.iter().position(|item| item.label == label) {
            Some(place) => before.remove(place).id,
            None => uuid()?,
        };
        after.push(ListItem { id, label: label.to_owned(), archived: false });
    }
    if after.is_empty() {
        return Err(Error::invalid("list_items must name at least one item").field("list_items"));
    }
    after.extend(before.into_iter().map(|item| ListItem { archived: true, ..item }));
    if after.len() > MAX_ITEMS {
        return Err(Error::invalid(format!("A list has at most {MAX_ITEMS} items")).field("list_items"));
    }
    serde_json::to_string(&after).map_err(Error::internal)
}
