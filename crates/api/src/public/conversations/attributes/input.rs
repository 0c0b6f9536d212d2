//! Reading attributes of conversations from requests.

use deskwire_domain::conversation_attributes::{Changes, New, Reference, invalid};
use deskwire_domain::error::Result;
use serde_json::Value;

use crate::body::Body;

/// A new attribute.
pub(super) fn new(body: &Body) -> Result<New> {
    Ok(New {
        name: body.text("name")?.flatten().unwrap_or_default(),
        description: body.text("description")?.flatten().unwrap_or_default(),
        data_type: body.text("data_type")?.flatten().unwrap_or_default(),
        required: body.boolean("required")?.flatten().unwrap_or(false),
        visible_to_team_ids: teams(body)?.unwrap_or_default(),
        multiline: body.boolean("multiline")?.flatten(),
        options: options(body)?,
        reference: reference(body)?,
    })
}

/// Changes of an attribute.
pub(super) fn changes(body: &Body) -> Result<Changes> {
    Ok(Changes {
        name: body.text("name")?.map(Option::unwrap_or_default),
        description: body.text("description")?.map(Option::unwrap_or_default),
        multiline: body.boolean("multiline")?.flatten(),
        required: body.boolean("required")?.flatten(),
        visible_to_team_ids: teams(body)?,
        reference: reference(body)?,
    })
}

fn teams(body: &Body) -> Result<Option<Vec<String>>> {
    let Some(items) = body.array("visible_to_team_ids")? else { return Ok(None) };
    let id = |item: &Value| match item {
        Value::String(id) => Ok(id.clone()),
        Value::Number(id) => Ok(id.to_string()),
        _ => Err(invalid("visible_to_team_ids must hold ids of teams")),
    };
    items.into_iter().flatten().map(id).collect::<Result<_>>().map(Some)
}

fn options(body: &Body) -> Result<Option<Vec<String>>> {
    let Some(items) = body.array("options")?.flatten() else { return Ok(None) };
    let label = |item: &Value| match item.get("label") {
        Some(Value::String(label)) => Ok(label.clone()),
        None | Some(Value::Null) => Err(invalid("label is required")),
        Some(_) => Err(invalid("label must be a string")),
    };
    items.iter().map(label).collect::<Result<_>>().map(Some)
}

fn reference(body: &Body) -> Result<Option<Reference>> {
    let Some(map) = body.object("reference")?.flatten() else { return Ok(None) };
    let many = match map.get("type").and_then(Value::as_str) {
        Some("one") => false,
        Some("many") => true,
        _ => return Err(invalid("reference.type must be 'one' or 'many'")),
    };
    let object_type_id = match map.get("object_type_id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    Ok(Some(Reference { many, object_type_id }))
}
