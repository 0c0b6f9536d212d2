//! Attributes of conversations in a workspace file.

use deskwire_store::conversation_attributes::ConversationAttribute;
use deskwire_store::teams;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::create::visible;
use super::options::{choices, declared as options};
use super::{New, Reference, create, list, lock, save};
use crate::Cx;
use crate::error::{Error, Result};
use crate::ids::TeamId;

/// An attribute as a workspace file declares it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, which identifies it in the file.
    pub name: String,
    /// `string`, `integer`, `list`, `decimal`, `boolean`, `datetime`, `relationship` or `files`.
    pub data_type: String,
    /// Its description.
    #[serde(default)]
    pub description: String,
    /// Whether teammates must fill it in.
    #[serde(default)]
    pub required: bool,
    /// Whether a text has several lines.
    #[serde(default)]
    pub multiline: bool,
    /// The labels of a list.
    #[serde(default)]
    pub options: Vec<String>,
    /// The type of custom object that a relationship refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_type: Option<String>,
    /// Whether a relationship can refer to several instances.
    #[serde(default)]
    pub many: bool,
    /// The names of the teams that see it; empty for all.
    #[serde(default)]
    pub visible_to_teams: Vec<String>,
    /// Whether it is archived.
    #[serde(default)]
    pub archived: bool,
}

/// Creates or changes the attribute as declared. Returns whether anything changed. The type cannot change.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = declared.name.trim();
    let mut found = list(cx, true)?;
    found.retain(|a| a.name == name);
    // If several have the name, a live one is preferred.
    found.sort_by_key(|a| a.archived);
    let (before, made) = match found.into_iter().next() {
        Some(found) if found.data_type.as_str() == declared.data_type => (lock(cx, Some(found.id))?, false),
        Some(found) => {
            let message = format!(
                "The conversation attribute '{name}' exists with type {}, which cannot change",
                found.data_type
            );
            return Err(Error::invalid(message).field("data_type"));
        }
        None => (create(cx, &new(declared))?, true),
    };
    let teams = team_ids(cx, &declared.visible_to_teams)?;
    let after = ConversationAttribute {
        description: declared.description.trim().to_owned(),
        required: declared.required,
        multiline: before.multiline.map(|_| declared.multiline),
        visible_to_team_ids: visible(cx, &teams)?,
        options: if before.options.is_some() { Some(options(&before, &declared.options)?) } else { None },
        reference: super::create::reference(before.data_type, reference(declared).as_ref())?,
        archived: declared.archived,
        ..before.clone()
    };
    let after = save(cx, &before, after)?;
    Ok(made || after != before)
}

/// All attributes as a workspace file would declare them. Of several with the same name, the live one, else the oldest.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let teams = teams::all(cx)?;
    let mut all = list(cx, true)?;
    all.sort_by_key(|a| a.archived);
    let mut found: Vec<Declared> = Vec::with_capacity(all.len());
    for a in all {
        if found.iter().any(|other| other.name == a.name) {
            continue;
        }
        let visible: Vec<TeamId> = serde_json::from_str(&a.visible_to_team_ids).map_err(Error::internal)?;
        let team = |id: &TeamId| teams.iter().find(|t| t.id == *id).map(|t| t.name.clone());
        let reference: Value = a.reference.as_deref().and_then(|r| serde_json::from_str(r).ok()).unwrap_or_default();
        found.push(Declared {
            options: choices(&a).into_iter().filter(|o| !o.archived).map(|o| o.label).collect(),
            object_type: reference["object_type_id"].as_str().map(str::to_owned),
            many: reference["type"] == "many",
            visible_to_teams: visible.iter().filter_map(team).collect(),
            name: a.name,
            data_type: a.data_type.to_string(),
            description: a.description,
            required: a.required,
            multiline: a.multiline.unwrap_or(false),
            archived: a.archived,
        });
    }
    Ok(found)
}

fn new(declared: &Declared) -> New {
    New {
        name: declared.name.clone(),
        description: declared.description.clone(),
        data_type: declared.data_type.clone(),
        required: declared.required,
        visible_to_team_ids: Vec::new(),
        multiline: declared.multiline.then_some(true),
        options: (!declared.options.is_empty()).then(|| declared.options.clone()),
        reference: reference(declared),
    }
}

fn reference(declared: &Declared) -> Option<Reference> {
    let object_type_id = declared.object_type.clone();
    object_type_id.is_some().then_some(Reference { many: declared.many, object_type_id })
}

fn team_ids(cx: &mut Cx, names: &[String]) -> Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let all = teams::all(cx)?;
    let id = |name: &String| {
        let team = all.iter().find(|t| t.name == name.trim());
        let missing = || Error::invalid(format!("There is no team '{name}'")).field("visible_to_teams");
        team.map(|t| t.id.to_string()).ok_or_else(missing)
    };
    names.iter().map(id).collect()
}
