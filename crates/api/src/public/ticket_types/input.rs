//! Reading ticket types and their attributes from requests.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ticket_types::{AttributeChanges, Changes};
use serde_json::Value;

use crate::body::Body;

/// The fields of a ticket type.
pub(super) fn changes(body: &Body) -> Result<Changes> {
    Ok(Changes {
        name: body.text("name")?.flatten(),
        description: body.text("description")?.map(Option::unwrap_or_default),
        category: body.text("category")?.flatten(),
        icon: body.text("icon")?.flatten(),
        is_internal: body.boolean("is_internal")?.flatten(),
        archived: None,
    })
}

/// The fields of an attribute.
pub(super) fn attribute(body: &Body) -> Result<AttributeChanges> {
    Ok(AttributeChanges {
        name: body.text("name")?.flatten(),
        description: body.text("description")?.flatten(),
        data_type: None,
        required_to_create: body.boolean("required_to_create")?.flatten(),
        required_to_create_for_contacts: body.boolean("required_to_create_for_contacts")?.flatten(),
        visible_on_create: body.boolean("visible_on_create")?.flatten(),
        visible_to_contacts: body.boolean("visible_to_contacts")?.flatten(),
        multiline: body.boolean("multiline")?.flatten(),
        list_items: list_items(body)?,
        allow_multiple_values: body.boolean("allow_multiple_values")?.flatten(),
        archived: None,
    })
}

/// Items are one comma-separated string, or an array of strings.
fn list_items(body: &Body) -> Result<Option<Vec<String>>> {
    let invalid = || Error::invalid("list_items must be a comma delimited list").field("list_items");
    match body.get("list_items") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.split(',').map(str::to_owned).collect())),
        Some(Value::Array(items)) => {
            let labels = items.iter().map(|item| item.as_str().map(str::to_owned));
            labels.collect::<Option<_>>().map(Some).ok_or_else(invalid)
        }
        Some(_) => Err(invalid()),
    }
}
