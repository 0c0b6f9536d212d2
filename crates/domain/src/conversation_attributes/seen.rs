//! Which attributes a teammate sees, and which of them have to be filled in before they close a conversation.

use deskwire_store::conversation_attributes::{self as store, ConversationAttribute, ConversationDataType};
use deskwire_store::teams;

use crate::Cx;
use crate::attributes::parse;
use crate::conversations::Conversation;
use crate::error::{Error, Result};
use crate::ids::{AdminId, TeamId};
use crate::names;

/// The live attributes that a teammate sees, oldest first: those for everybody, and those for one of their teams. Only
/// what somebody can fill in is required.
pub fn visible_to(cx: &mut Cx, admin: AdminId) -> Result<Vec<ConversationAttribute>> {
    let live = store::live(cx)?;
    // Values are written by the attribute's name, so nobody can fill in one of two with the same name.
    let is_ambiguous = |name: &str| live.iter().filter(|of| of.name == name).count() > 1;
    let required = |of: &ConversationAttribute| of.required && can_require(of.data_type) && !is_ambiguous(&of.name);
    let mut all: Vec<(ConversationAttribute, Vec<TeamId>)> = Vec::with_capacity(live.len());
    for attribute in &live {
        let only = serde_json::from_str(&attribute.visible_to_team_ids).map_err(Error::internal)?;
        all.push((ConversationAttribute { required: required(attribute), ..attribute.clone() }, only));
    }
    if all.iter().any(|(_, only)| !only.is_empty()) {
        let own: Vec<TeamId> = teams::memberships(cx, &[admin])?.into_iter().map(|member| member.team_id).collect();
        all.retain(|(_, only)| only.is_empty() || only.iter().any(|id| own.contains(id)));
    }
    Ok(all.into_iter().map(|(attribute, _)| attribute).collect())
}

/// Whether attributes of a type can be required. Nobody can fill in files.
const fn can_require(data_type: ConversationDataType) -> bool {
    !matches!(data_type, ConversationDataType::Files)
}

/// The names of the attributes that a teammate has to fill in before they close a conversation.
pub(crate) fn missing(cx: &mut Cx, admin: AdminId, conversation: &Conversation) -> Result<Vec<String>> {
    let values = parse(&conversation.custom_attributes);
    let is_missing = |of: &ConversationAttribute| {
        // Relationships are stored elsewhere.
        let is_value = of.data_type != ConversationDataType::Relationship;
        let value = values.get(&of.id.to_string());
        let lacks = value.is_none_or(|value| value.as_str().is_some_and(names::is_blank));
        of.required && is_value && lacks
    };
    Ok(visible_to(cx, admin)?.into_iter().filter(is_missing).map(|of| of.name).collect())
}
