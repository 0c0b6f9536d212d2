//! The AI agent's part in a conversation as the API represents it.

use deskwire_domain::conversations::Conversation;
use deskwire_domain::conversations::ai_agent::{AiAgent, ContentSource, ResolutionState, SOURCE_TYPE};
use serde::Serialize;

/// The AI agent's part in a conversation.
#[derive(Serialize)]
pub(super) struct View {
    source_type: &'static str,
    source_title: Option<()>,
    last_answer_type: Option<&'static str>,
    resolution_state: Option<ResolutionState>,
    rating: Option<i64>,
    rating_remark: Option<String>,
    created_at: Option<i64>,
    updated_at: Option<i64>,
    content_sources: Sources,
}

#[derive(Serialize)]
struct Sources {
    r#type: &'static str,
    total_count: usize,
    content_sources: Vec<ContentSource>,
}

impl View {
    /// Reads it from a row; `None` if no AI agent took part.
    pub(super) fn of(conversation: &Conversation) -> Option<Self> {
        let agent = AiAgent::of(conversation)?;
        Some(Self {
            source_type: SOURCE_TYPE,
            source_title: None,
            last_answer_type: agent.last_answer_type(),
            resolution_state: agent.resolution_state,
            rating: agent.rating,
            rating_remark: agent.rating_remark,
            created_at: agent.rated_at.map(|(first, _)| first),
            updated_at: agent.rated_at.map(|(_, last)| last),
            content_sources: Sources {
                r#type: "content_source.list",
                total_count: agent.content_sources.len(),
                content_sources: agent.content_sources,
            },
        })
    }
}
