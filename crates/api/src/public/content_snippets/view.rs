//! A content snippet as the API represents it.

use deskwire_domain::articles::body;
use deskwire_domain::content_snippets::ContentSnippet;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ContentSnippetId;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A content snippet.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: ContentSnippetId,
    title: &'a str,
    locale: &'a str,
    json_blocks: Vec<Value>,
    body_markdown: String,
    chatbot_availability: i64,
    copilot_availability: i64,
    ai_chatbot_availability: bool,
    ai_copilot_availability: bool,
    ai_sales_agent_availability: bool,
    created_at: i64,
    updated_at: i64,
    audience_ids: &'a RawValue,
}

impl<'a> View<'a> {
    pub(crate) fn new(snippet: &'a ContentSnippet) -> Result<Self> {
        Ok(Self {
            r#type: "content_snippet",
            id: snippet.id,
            title: &snippet.title,
            locale: &snippet.locale,
            json_blocks: body::blocks(&snippet.body),
            body_markdown: body::markdown(&snippet.body),
            chatbot_availability: snippet.ai_chatbot_availability.into(),
            copilot_availability: snippet.ai_copilot_availability.into(),
            ai_chatbot_availability: snippet.ai_chatbot_availability,
            ai_copilot_availability: snippet.ai_copilot_availability,
            ai_sales_agent_availability: snippet.ai_sales_agent_availability,
            created_at: snippet.created_at,
            updated_at: snippet.updated_at,
            audience_ids: serde_json::from_str(&snippet.audience_ids).map_err(Error::internal)?,
        })
    }
}
