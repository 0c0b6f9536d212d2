//! Reading collections and sections from requests.

use std::collections::BTreeMap;

use deskwire_domain::collections::{Input, Translation};
use deskwire_domain::error::Result;
use deskwire_domain::ids::{CollectionId, HelpCenterId};
use serde_json::Value;

use crate::body::{Body, must_be};

/// Reads the body.
pub(in crate::public::help_center) fn read(body: &Body) -> Result<Input> {
    Ok(Input {
        name: body.text("name")?.flatten(),
        description: body.text("description")?,
        parent_id: body.id("parent_id")?.map(|id| id.filter(|id| !id.is_empty()).map(|id| CollectionId::parse(&id))),
        help_center_id: body.integer("help_center_id")?.flatten().map(HelpCenterId::new),
        translations: translations(body)?,
    })
}

fn translations(body: &Body) -> Result<BTreeMap<String, Option<Translation>>> {
    let mut all = BTreeMap::new();
    for (locale, text) in body.object("translated_content")?.flatten().into_iter().flatten() {
        let text = match text {
            // The type of the object itself.
            Value::String(_) if locale == "type" => continue,
            Value::Null => None,
            Value::Object(text) => {
                let text = Body(text.clone());
                let (name, description) = (text.text("name")?.flatten(), text.text("description")?.flatten());
                Some(Translation { name, description })
            }
            _ => return Err(must_be("translated_content", "an object of objects")),
        };
        all.insert(locale.clone(), text);
    }
    Ok(all)
}
