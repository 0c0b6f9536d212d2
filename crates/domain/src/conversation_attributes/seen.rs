//! Which attributes a teammate sees, and which of them have to be filled in before they close a conversation.

use deskwire_store::conversation_attributes::{self as store, ConversationAttribute, ConversationDataType};
use deskwire_store::teams;

use crate::Cx;
use crate::attributes::parse;
use crate::conversations::Conversation;
use crate::error::{Error, Result};
use crate::ids::{AdminId, TeamId};

/// The live attributes that a teammate sees, oldest first: those for everybody, and those for one of their teams.
pub fn visible_to(cx: &mut Cx, admin: AdminId) -> Result<Vec<ConversationAttribute>> {
    let mut all: Vec<(ConversationAttribute, Vec<TeamId>)> = Vec::new();
    for attribute in store::live(cx)? {
        let only = serde_json::from_str(&attribute.visible_to_team_ids).map_err(Error::internal)?;
        all.push((attribute, only));
    }
    if all.iter().any(|(_, only)| !only.is_empty()) {
        let own: Vec<TeamId> = teams::memberships(cx, &[admin])?.into_iter().map(|member| member.team_id).collect();
        all.retain(|(_, only)| only.is_empty() || only.iter().any(|id| own.contains(id)));
    }
    Ok(all.into_iter().map(|(attribute, _)| attribute).collect())
}

/// The names of the attributes that a teammate has to fill in before they close a conversation.
pub(crate) fn missing(cx: &mut Cx, admin: AdminId, conversation: &Conversation) -> Result<Vec<String>> {
    let values = parse(&conversation.custom_attributes);
    let is_missing = |of: &ConversationAttribute| {
        // Relationships are stored elsewhere.
        let is_value = of.data_type != ConversationDataType::Relationship;
        let value = values.get(&of.id.to_string());
        let lacks = value.is_none_or(|value| value.as_str().is_some_and(|text| text.trim().is_empty()));
        of.required && is_value && lacks
    };
    Ok(visible_to(cx, admin)?.into_iter().filter(is_missing).map(|of| of.name).collect())
}
