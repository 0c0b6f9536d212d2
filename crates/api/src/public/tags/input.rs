//! What `POST /tags` is asked to do.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::tags::{Change, Item, Key};
use serde_json::Value;

use crate::body::Body;
use crate::versions::{Feature, Version};

/// A key that identifies people or companies, and how to read its value.
type Named = (&'static str, fn(String) -> Key);

/// Reads the body.
pub(super) fn read(body: &Body, version: Version) -> Result<Change> {
    Ok(Change {
        id: body.id("id")?.flatten(),
        name: body.text("name")?.flatten().ok_or_else(invalid)?,
        users: items(body, "users", &[("id", Key::Id), ("user_id", Key::External), ("email", Key::Email)])?,
        companies: items(body, "companies", &[("id", Key::Id), ("company_id", Key::External)])?,
        skip_unknown: version.has(Feature::TaggingSkipsUnknown),
    })
}

/// The people or companies in a list, each identified by the first of its keys.
fn items(body: &Body, list: &'static str, keys: &[Named]) -> Result<Vec<Item>> {
    let items = body.array(list)?.flatten().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| read_item(item, keys)).collect()
}

fn read_item(item: &Value, keys: &[Named]) -> Result<Item> {
    let Value::Object(item) = item else { return Err(invalid()) };
    let item = Body(item.clone());
    let untag = item.boolean("untag")?.flatten().unwrap_or(false);
    for (name, key) in keys {
        if let Some(text) = item.id(name)?.flatten().filter(|t| !t.is_empty()) {
            return Ok(Item { key: key(text), untag });
        }
    }
    Err(invalid())
}

fn invalid() -> Error {
    Error::invalid("invalid tag parameters")
}
