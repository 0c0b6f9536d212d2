//! A new attribute of conversations.

use deskwire_store::conversation_attributes::{self as store, ConversationAttribute, ConversationDataType};
use deskwire_store::counters::{self, Counter};
use deskwire_store::{teams, workspaces};
use serde_json::json;

use super::invalid;
use super::options::fresh;
use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::TeamId;

/// The maximum number of live attributes per workspace.
const MAX_ATTRIBUTES: usize = 250;
/// The maximum length of a name or a label, in characters.
pub(super) const MAX_LENGTH: usize = 190;

/// The target of a relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Whether it can refer to several instances.
    pub many: bool,
    /// The identifier of the type of custom object.
    pub object_type_id: Option<String>,
}

/// A new attribute.
#[derive(Debug, Clone, Default)]
pub struct New {
    /// Its name; several attributes may share one.
    pub name: String,
    /// Its description.
    pub description: String,
    /// One of the types.
    pub data_type: String,
    /// Whether teammates must fill it in.
    pub required: bool,
    /// The teams that see it; empty for all.
    pub visible_to_team_ids: Vec<String>,
    /// Whether a text has several lines.
    pub multiline: Option<bool>,
    /// The labels of a list.
    pub options: Option<Vec<String>>,
    /// The target of a relationship.
    pub reference: Option<Reference>,
}

/// Creates an attribute.
pub fn create(cx: &mut Cx, new: &New) -> Result<ConversationAttribute> {
    let actor = cx.actor();
    let data_type = ConversationDataType::parse(&new.data_type).ok_or_else(|| {
        let allowed = ConversationDataType::TEXTS.join(", ");
        let message = format!("data_type '{}' is not valid. Allowed types: {allowed}", new.data_type);
        Error::new(ErrorKind::DataTypeInvalid, message)
    })?;
    let is_text = data_type == ConversationDataType::String;
    let is_list = data_type == ConversationDataType::List;
    if new.multiline.is_some() && !is_text {
        return Err(invalid("multiline is only accepted for string attributes"));
    }
    if new.options.is_some() && !is_list {
        return Err(invalid("Options can only be managed on list attributes"));
    }
    let options = if is_list { Some(fresh(new.options.as_deref().unwrap_or_default())?) } else { None };
    has_room(cx)?;
    let now = cx.now();
    let attribute = ConversationAttribute {
        id: counters::next(cx, Counter::Attribute)?,
        name: checked("name", &new.name)?,
        description: new.description.trim().to_owned(),
        data_type,
        required: new.required,
        multiline: is_text.then(|| new.multiline.unwrap_or(false)),
        visible_to_team_ids: visible(cx, &new.visible_to_team_ids)?,
        options,
        reference: reference(data_type, new.reference.as_ref())?,
        archived: false,
        admin_id: actor.admin_id(),
        created_at: now,
        updated_at: now,
    };
    store::insert(cx, &attribute)?;
    Ok(attribute)
}

/// Fails if the workspace has the maximum number of attributes.
pub(super) fn has_room(cx: &mut Cx) -> Result<()> {
    // Serializes the creation of attributes in a workspace, so that the limit holds.
    workspaces::lock(cx)?;
    if store::live(cx)?.len() >= MAX_ATTRIBUTES {
        let message = format!("You can have at most {MAX_ATTRIBUTES} conversation attributes");
        return Err(Error::new(ErrorKind::AttributeLimit, message));
    }
    Ok(())
}

/// Trims and validates a name or a label.
pub(super) fn checked(what: &'static str, text: &str) -> Result<String> {
    match text.trim() {
        "" => Err(invalid(format!("{what} is required"))),
        text if text.chars().count() > MAX_LENGTH => {
            Err(invalid(format!("{what} is too long (maximum is {MAX_LENGTH} characters)")))
        }
        text => Ok(text.to_owned()),
    }
}

/// The teams that see an attribute, in stored form.
pub(super) fn visible(cx: &mut Cx, teams: &[String]) -> Result<String> {
    let mut known = Vec::with_capacity(teams.len());
    if !teams.is_empty() {
        let all = teams::all(cx)?;
        for id in teams {
            let team = TeamId::parse(id).filter(|id| all.iter().any(|t| t.id == *id));
            let team = team.ok_or_else(|| invalid(format!("visible_to_team_ids: there is no team '{id}'")))?;
            if !known.contains(&team.number()) {
                known.push(team.number());
            }
        }
    }
    Ok(json!(known).to_string())
}

/// The target of a relationship, in stored form.
pub(super) fn reference(data_type: ConversationDataType, reference: Option<&Reference>) -> Result<Option<String>> {
    match (data_type == ConversationDataType::Relationship, reference) {
        (false, None) => Ok(None),
        (false, Some(_)) => Err(invalid("reference is only accepted for relationship attributes")),
        (true, None) => Err(invalid("reference is required")),
        (true, Some(reference)) => {
            let object_type = reference.object_type_id.as_deref().map(str::trim).filter(|t| !t.is_empty());
            let object_type = object_type.ok_or_else(|| invalid("reference.object_type_id is required"))?;
            let kind = if reference.many { "many" } else { "one" };
            Ok(Some(json!({"type": kind, "object_type_id": object_type}).to_string()))
        }
    }
}
