//! The options of a list. Conversations store an option's id, so a label can change without updating them.

use deskwire_store::conversation_attributes::{ConversationAttribute, ConversationDataType};
use serde::{Deserialize, Serialize};

use super::create::checked;
use super::{invalid, lock, save};
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::ConversationAttributeId;
use crate::secrets::uuid;

/// The minimum number of options of a list.
const MIN_OPTIONS: usize = 2;
/// The maximum number, including archived ones.
const MAX: usize = 500;

/// An option of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// A UUID.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Whether it can no longer be chosen.
    pub archived: bool,
}

/// The options of an attribute; empty unless it is a list.
pub fn choices(attribute: &ConversationAttribute) -> Vec<Choice> {
    // The server writes the options, so they can be parsed.
    attribute.options.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Adds an option.
pub fn add_option(cx: &mut Cx, id: Option<ConversationAttributeId>, label: &str) -> Result<ConversationAttribute> {
    let before = list(cx, id)?;
    let mut all = choices(&before);
    if all.len() >= MAX {
        return Err(invalid(format!("A list attribute can have at most {MAX} options")));
    }
    let label = unused(&all, label, None)?;
    all.push(Choice { id: uuid()?, label, archived: false });
    with(cx, &before, &all)
}

/// Renames an option.
pub fn rename_option(
    cx: &mut Cx,
    id: Option<ConversationAttributeId>,
    option: &str,
    label: &str,
) -> Result<ConversationAttribute> {
    let before = list(cx, id)?;
    let mut all = choices(&before);
    let label = unused(&all, label, Some(option))?;
    all.iter_mut().find(|o| o.id == option).ok_or_else(unknown)?.label = label;
    with(cx, &before, &all)
}

/// Archives an option. Conversations that have it keep it.
pub fn archive_option(cx: &mut Cx, id: Option<ConversationAttributeId>, option: &str) -> Result<ConversationAttribute> {
    let before = list(cx, id)?;
    let mut all = choices(&before);
    let found = all.iter_mut().find(|o| o.id == option).ok_or_else(unknown)?;
    found.archived = true;
    enough(&all)?;
    with(cx, &before, &all)
}

/// A new or changed option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The id of an existing option; `None` for a new one.
    pub id: Option<String>,
    /// What people see.
    pub label: String,
}

/// Replaces the live options by these, in this order. Others are archived; conversations that have them keep them.
pub fn set_options(
    cx: &mut Cx,
    id: Option<ConversationAttributeId>,
    wanted: &[Label],
) -> Result<ConversationAttribute> {
    let before = list(cx, id)?;
    let mut had = choices(&before);
    let mut all: Vec<Choice> = Vec::with_capacity(wanted.len());
    for Label { id, label } in wanted {
        let id = match id {
            Some(id) => {
                let at = had.iter().position(|option| option.id == *id).ok_or_else(unknown)?;
                had.remove(at).id
            }
            None => uuid()?,
        };
        all.push(Choice { id, label: unused(&all, label, None)?, archived: false });
    }
    all.extend(had.into_iter().map(|option| Choice { archived: true, ..option }));
    if all.len() > MAX {
        return Err(invalid(format!("A list attribute can have at most {MAX} options")));
    }
    enough(&all)?;
    with(cx, &before, &all)
}

/// New options with these labels, in stored form.
pub(super) fn fresh(labels: &[String]) -> Result<String> {
    let mut all: Vec<Choice> = Vec::with_capacity(labels.len());
    for label in labels {
        let label = unused(&all, label, None)?;
        all.push(Choice { id: uuid()?, label, archived: false });
    }
    if all.len() > MAX {
        return Err(invalid(format!("A list attribute can have at most {MAX} options")));
    }
    enough(&all)?;
    stored(&all)
}

/// The options declared by a workspace file: these labels are live, all others archived.
pub(super) fn declared(before: &ConversationAttribute, labels: &[String]) -> Result<String> {
    let mut all = choices(before);
    for choice in &mut all {
        choice.archived = !labels.iter().any(|l| l.trim() == choice.label);
    }
    for label in labels {
        if all.iter().all(|c| c.label != label.trim()) {
            let label = unused(&all, label, None)?;
            all.push(Choice { id: uuid()?, label, archived: false });
        }
    }
    enough(&all)?;
    stored(&all)
}

fn list(cx: &mut Cx, id: Option<ConversationAttributeId>) -> Result<ConversationAttribute> {
    let attribute = lock(cx, id)?;
    if attribute.data_type != ConversationDataType::List {
        return Err(invalid("Options can only be managed on list attributes"));
    }
    Ok(attribute)
}

fn with(cx: &mut Cx, before: &ConversationAttribute, all: &[Choice]) -> Result<ConversationAttribute> {
    let after = ConversationAttribute { options: Some(stored(all)?), ..before.clone() };
    save(cx, before, after)
}

fn stored(all: &[Choice]) -> Result<String> {
    serde_json::to_string(all).map_err(Error::internal)
}

/// Validates that no live option other than `own` has this label.
fn unused(all: &[Choice], label: &str, own: Option<&str>) -> Result<String> {
    let label = checked("label", label)?;
    if all.iter().any(|o| !o.archived && o.label == label && own != Some(o.id.as_str())) {
        return Err(invalid(format!("label '{label}' is already taken")));
    }
    Ok(label)
}

fn enough(all: &[Choice]) -> Result<()> {
    if all.iter().filter(|o| !o.archived).count() < MIN_OPTIONS {
        return Err(invalid("A list attribute must have at least 2 active options"));
    }
    Ok(())
}

fn unknown() -> Error {
    Error::new(ErrorKind::ConversationAttributeNotFound, "List option not found")
}
