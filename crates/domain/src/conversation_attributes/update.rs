//! Updating an attribute. Its type cannot change.

use deskwire_store::conversation_attributes::{ConversationAttribute, ConversationDataType};

use super::create::{Reference, checked, has_room, reference, visible};
use super::{invalid, lock, save};
use crate::Cx;
use crate::error::Result;
use crate::ids::ConversationAttributeId;

/// Changes; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// Whether a text has several lines.
    pub multiline: Option<bool>,
    /// Whether teammates must fill it in.
    pub required: Option<bool>,
    /// The teams that see it.
    pub visible_to_team_ids: Option<Vec<String>>,
    /// The target of a relationship.
    pub reference: Option<Reference>,
}

/// Changes an attribute.
pub fn update(cx: &mut Cx, id: Option<ConversationAttributeId>, changes: &Changes) -> Result<ConversationAttribute> {
    let before = lock(cx, id)?;
    let mut after = before.clone();
    if let Some(name) = &changes.name {
        after.name = checked("name", name)?;
    }
    if let Some(description) = &changes.description {
        description.trim().clone_into(&mut after.description);
    }
    if let Some(multiline) = changes.multiline {
        if before.data_type != ConversationDataType::String {
            return Err(invalid("multiline is only accepted for string attributes"));
        }
        after.multiline = Some(multiline);
    }
    after.required = changes.required.unwrap_or(before.required);
    if let Some(teams) = &changes.visible_to_team_ids {
        after.visible_to_team_ids = visible(cx, teams)?;
    }
    if changes.reference.is_some() {
        after.reference = reference(before.data_type, changes.reference.as_ref())?;
    }
    save(cx, &before, after)
}

/// Archives an attribute: it is hidden and cannot be written. Its values stay stored.
pub fn archive(cx: &mut Cx, id: Option<ConversationAttributeId>) -> Result<ConversationAttribute> {
    let before = lock(cx, id)?;
    save(cx, &before, ConversationAttribute { archived: true, ..before.clone() })
}

/// Restores an archived attribute, with its values.
pub fn restore(cx: &mut Cx, id: Option<ConversationAttributeId>) -> Result<ConversationAttribute> {
    let before = lock(cx, id)?;
    if before.archived {
        has_room(cx)?;
    }
    save(cx, &before, ConversationAttribute { archived: false, ..before.clone() })
}
