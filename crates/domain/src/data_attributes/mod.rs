//! Data attributes of contacts and companies, built-in and custom.

mod create;
mod declare;
mod standard;
mod update;

use std::collections::HashSet;

use deskwire_store::data_attributes as store;

pub(crate) use create::checked as checked_name;
pub use create::{New, create};
pub use declare::{Declared, declare, declared};
pub use deskwire_store::data_attributes::{DataAttribute, DataType};
pub use standard::{Standard, standard};
pub use update::{Changes, update};

use crate::Cx;
use crate::error::{Error, Result};

/// The custom attributes of a workspace, oldest first.
pub fn custom(cx: &mut Cx, archived_too: bool) -> Result<Vec<DataAttribute>> {
    let mut all = store::all(cx)?;
    all.retain(|a| archived_too || !a.archived);
    Ok(all)
}

/// The error for a model that is neither contact nor company.
pub fn bad_model() -> Error {
    Error::invalid("The Data Attribute model field must be either contact or company").field("model")
}

/// The maximum number of options of a list.
const MAX_OPTIONS: usize = 500;
/// The maximum length of an option, in characters.
const MAX_OPTION_LENGTH: usize = 255;

/// The options of a list in stored form.
pub(crate) fn stored(options: &[String]) -> Result<String> {
    let mut known = HashSet::new();
    let given = options.iter().map(|o| o.trim()).filter(|o| !o.is_empty());
    let seen: Vec<&str> = given.filter(|option| known.insert(*option)).collect();
    if seen.len() > MAX_OPTIONS || seen.iter().any(|option| option.chars().count() > MAX_OPTION_LENGTH) {
        let message = format!("options holds at most {MAX_OPTIONS} texts of {MAX_OPTION_LENGTH} characters");
        return Err(Error::invalid(message).field("options"));
    }
    if seen.len() < 2 {
        return Err(Error::invalid("You must have at least two options on a list type data attribute").field("options"));
    }
    Ok(serde_json::json!(seen).to_string())
}
