//! An internal article as the API represents it.

use deskwire_domain::articles::body;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{FolderId, InternalArticleId};
use deskwire_domain::internal_articles::Full;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::public::wire::TagList;
use crate::versions::{Feature, Version};

/// An internal article.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: InternalArticleId,
    r#type: &'static str,
    title: &'a str,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body_markdown: Option<String>,
    owner_id: i64,
    author_id: i64,
    created_at: i64,
    updated_at: i64,
    locale: &'a str,
    audience_ids: &'a RawValue,
    ai_chatbot_availability: bool,
    ai_copilot_availability: bool,
    ai_sales_agent_availability: bool,
    folder_id: Option<i64>,
    tags: TagList<'a>,
}

impl<'a> View<'a> {
    pub(super) fn new(full: &'a Full, version: Version) -> Result<Self> {
        let article = &full.article;
        let markdown = version.has(Feature::InternalArticleAvailability).then(|| body::markdown(&article.body));
        Ok(Self {
            id: article.id,
            r#type: "internal_article",
            title: &article.title,
            body: &article.body,
            body_markdown: markdown,
            owner_id: article.owner_id.number(),
            author_id: article.author_id.number(),
            created_at: article.created_at,
            updated_at: article.updated_at,
            locale: &article.locale,
            audience_ids: serde_json::from_str(&article.audience_ids).map_err(Error::internal)?,
            ai_chatbot_availability: article.ai_chatbot_availability,
            ai_copilot_availability: article.ai_copilot_availability,
            ai_sales_agent_availability: article.ai_sales_agent_availability,
            folder_id: article.folder_id.map(FolderId::number),
            tags: TagList::of(&full.tags),
        })
    }
}
