//! Data attributes in a workspace file.

use deskwire_store::data_attributes as store;
use serde::{Deserialize, Serialize};

use super::{Changes, DataAttribute, New, create, custom, update};
use crate::Cx;
use crate::error::{Error, Result};

/// A data attribute as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the workspace.
    pub name: String,
    /// `contact` or `company`.
    pub model: String,
    /// `string`, `integer`, `float`, `boolean`, `date` or `options`.
    pub data_type: String,
    /// Its description.
    #[serde(default)]
    pub description: String,
    /// The options of a list.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether the messenger may write it.
    #[serde(default)]
    pub messenger_writable: bool,
    /// Whether it is archived.
    #[serde(default)]
    pub archived: bool,
}

/// Creates or changes the attribute as declared. Returns whether anything changed. Model and type cannot change.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let options = (!declared.options.is_empty()).then(|| declared.options.clone());
    let description = Some(declared.description.clone()).filter(|d| !d.is_empty());
    let found = store::by_name(cx, declared.name.trim())?;
    let (before, made) = match found {
        Some(found)
            if found.model.as_str() == declared.model
                && found.data_type.as_str() == stored_type(&declared.data_type) =>
        {
            (found, false)
        }
        Some(found) => {
            let message = format!(
                "The data attribute '{}' exists with model {} and type {}, which cannot change",
                found.name, found.model, found.data_type
            );
            return Err(Error::invalid(message).field("data_type"));
        }
        None => {
            let new = New {
                model: Some(declared.model.clone()),
                name: Some(declared.name.clone()),
                description: description.clone(),
                data_type: Some(declared.data_type.clone()),
                options: options.clone(),
                messenger_writable: declared.messenger_writable,
            };
            (create(cx, &new)?, true)
        }
    };
    let changes = Changes {
        description: Some(description),
        options,
        messenger_writable: Some(declared.messenger_writable),
        archived: Some(declared.archived),
    };
    let after = update(cx, Some(before.id), &changes)?;
    Ok(made || after != before)
}

/// All custom attributes as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared = |a: DataAttribute| Declared {
        options: a.options.as_deref().and_then(|o| serde_json::from_str(o).ok()).unwrap_or_default(),
        name: a.name,
        model: a.model.to_string(),
        data_type: a.data_type.to_string(),
        description: a.description.unwrap_or_default(),
        messenger_writable: a.messenger_writable,
        archived: a.archived,
    };
    Ok(custom(cx, true)?.into_iter().map(declared).collect())
}

fn stored_type(data_type: &str) -> &str {
    match data_type {
        "options" | "list" => "string",
        "datetime" => "date",
        other => other,
    }
}
