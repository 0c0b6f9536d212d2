//! Attributes given with a message. Those that cannot be set are reported, and do not fail the request.

use serde_json::{Map, Value};

use crate::Cx;
use crate::attributes::{self, Model};
use crate::conversations::{Author, Edit, set_attributes};
use crate::error::{Error, ErrorClass, Result};

/// The maximum number of attributes per request.
const MAX: usize = 10;

/// The errors of attributes that were not set, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttributeErrors {
    /// Errors of the user's attributes.
    pub user: Map<String, Value>,
    /// Errors of the conversation's attributes.
    pub conversation: Map<String, Value>,
}

/// Rejects too many attributes.
pub(crate) fn check(values: &Map<String, Value>) -> Result<()> {
    if values.len() > MAX {
        return Err(Error::invalid("Cannot update more than 10 attributes at once."));
    }
    Ok(())
}

/// The attributes of a user that can be set, and the errors of the others.
pub(crate) fn of_user(cx: &mut Cx, values: &Map<String, Value>) -> Result<(Map<String, Value>, Map<String, Value>)> {
    let (mut good, mut errors) = (Map::new(), Map::new());
    if values.is_empty() {
        return Ok((good, errors));
    }
    check(values)?;
    let live = attributes::live(cx, Model::Contact)?;
    for (name, value) in values {
        let Some(attribute) = live.iter().find(|attribute| attribute.name == *name) else {
            errors.insert(name.clone(), format!("User attribute '{name}' does not exist").into());
            continue;
        };
        if value.is_null() || attributes::typed(attribute.data_type, value).is_some() {
            good.insert(name.clone(), value.clone());
        } else {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let shown: String = shown.chars().take(200).collect();
            let kind = attribute.data_type;
            let message = format!("'{shown}' is not a valid value for attribute '{name}' of type '{kind}'");
            errors.insert(name.clone(), message.into());
        }
    }
    Ok((good, errors))
}

/// The result for an actor who may not change users: no attributes, and an error for each.
pub(crate) fn forbidden(values: &Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let why = |name: &String| format!("User attribute '{name}' cannot be set without the scope write_users_companies");
    (Map::new(), values.keys().map(|name| (name.clone(), why(name).into())).collect())
}

/// Sets attributes of a conversation. Returns the errors of those that cannot be set.
pub(crate) fn set(cx: &mut Cx, edit: &mut Edit, values: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut errors = Map::new();
    for (name, value) in values {
        let one = Map::from_iter([(name.clone(), value.clone())]);
        match set_attributes(cx, edit, &one, Author::Bot) {
            Ok(_) => {}
            Err(error) if matches!(error.kind.class(), ErrorClass::Invalid | ErrorClass::Unprocessable) => {
                errors.insert(name.clone(), error.message.into());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(errors)
}
