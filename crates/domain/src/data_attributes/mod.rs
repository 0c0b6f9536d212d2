//! Data attributes: what can be known of contacts and companies, built in and made by the workspace.

mod create;
mod declare;
mod standard;
mod update;

use deskwire_store::{Tx, data_attributes as store};

pub(crate) use create::checked as checked_name;
pub use create::{New, create};
pub use declare::{Declared, declare, declared};
pub use deskwire_store::data_attributes::DataAttribute;
pub use standard::{Standard, standard};
pub use update::{Changes, update};

use crate::actor::Actor;
use crate::attributes::Model;
use crate::error::{Error, Result};

/// The custom attributes of a workspace, oldest first.
pub fn custom(tx: &mut Tx<'_>, actor: &Actor, archived_too: bool) -> Result<Vec<DataAttribute>> {
    let mut all = store::all(tx, actor.workspace())?;
    all.retain(|a| archived_too || !a.archived);
    Ok(all)
}

/// The refusal of a model that is neither contact nor company.
pub fn bad_model() -> Error {
    Error::invalid("The Data Attribute model field must be either contact or company").field("model")
}

/// The model of this name.
pub fn model(name: &str) -> Option<Model> {
    [Model::Contact, Model::Company].into_iter().find(|m| m.as_str() == name)
}

/// The options of a list as they are stored.
pub(crate) fn stored(options: &[String]) -> Result<String> {
    let mut seen: Vec<&str> = Vec::with_capacity(options.len());
    for option in options.iter().map(|o| o.trim()).filter(|o| !o.is_empty()) {
        if !seen.contains(&option) {
            seen.push(option);
        }
    }
    if seen.len() < 2 {
        return Err(Error::invalid("You must have at least two options on a list type data attribute").field("options"));
    }
    Ok(serde_json::json!(seen).to_string())
}
