//! Creating articles.

use deskwire_store::article_contents::ArticleContent;
use deskwire_store::articles::{self as store, Article, ArticleState};
use deskwire_store::collections;
use deskwire_store::counters::{self, Counter};
use deskwire_store::ids::AdminId;

use super::read::{Full, load};
use super::schedule;
use super::write::{Input, Text, apply_availability, apply_text, put_into, save, texts};
use crate::Cx;
use crate::error::{Error, Result};
use crate::events::{self, Nothing, Topic};
use crate::{folders, help_centers};

/// Creates an article, by default as a draft.
pub fn create(cx: &mut Cx, input: &Input) -> Result<Full> {
    // All collections of an article belong to its help center.
    let first = match input.collections.as_deref().and_then(<[_]>::first) {
        Some(Some(id)) => collections::get(cx, *id)?,
        _ => None,
    };
    let center = help_centers::hold(cx, first.map(|collection| collection.help_center_id))?;
    let default = help_centers::default_locale(&center).to_owned();
    let texts = texts(input, &default)?;
    let own = texts.get(&default).cloned().unwrap_or_default();
    let Some(author_id) = own.author_id else {
        return Err(Error::missing("author_id must be in the main body or default locale translated_content object"));
    };
    let folder_id = input.folder_id.flatten().map(|id| folders::hold(cx, id)).transpose()?;
    let now = cx.now();
    let mut article = Article {
        id: counters::next(cx, Counter::Content)?,
        help_center_id: center.id,
        folder_id,
        default_locale: default,
        tag_count: 0,
        views: 0,
        conversations: 0,
        happy_reactions: 0,
        neutral_reactions: 0,
        sad_reactions: 0,
        scheduled_publish_at: None,
        scheduled_unpublish_at: None,
        created_at: now,
        updated_at: now,
    };
    counters::next::<i64>(cx, Counter::Articles)?;
    let will_publish = own.state == Some(ArticleState::Published);
    schedule::apply(cx, &mut article, input, own.state, will_publish)?;
    store::insert(cx, &article)?;
    if let Some(wanted) = &input.collections {
        put_into(cx, article.id, wanted, None)?;
    }
    let waits = article.scheduled_publish_at.is_some();
    let mut published = false;
    for (locale, text) in texts {
        let content =
            new_content(cx, &article, locale, &Text { author_id: text.author_id.or(Some(author_id)), ..text }, waits)?;
        published |= content.state == ArticleState::Published;
        save(cx, None, content, &article)?;
    }
    events::emit(cx, Topic::ArticleCreated, article.id, Nothing {})?;
    if published {
        events::emit(cx, Topic::ArticlePublished, article.id, Nothing {})?;
    }
    load(cx, article)
}

/// Adds a content in another language to an article. `waits`: it is published later, whatever its state.
pub(super) fn new_content(
    cx: &mut Cx,
    article: &Article,
    locale: String,
    text: &Text,
    waits: bool,
) -> Result<ArticleContent> {
    if text.title.as_deref().is_none_or(|title| title.trim().is_empty()) {
        return Err(Error::missing("title is required").field("title"));
    }
    let now = cx.now();
    let by = cx.actor().admin_id();
    let state = text.state.filter(|_| !waits).unwrap_or(ArticleState::Draft);
    let mut content = ArticleContent {
        article_id: article.id,
        locale,
        title: String::new(),
        description: String::new(),
        body: String::new(),
        author_id: AdminId::new(0),
        state,
        published_at: None,
        draft: None,
        draft_updated_at: None,
        version_id: None,
        audience_ids: "[]".to_owned(),
        ai_chatbot_availability: true,
        ai_copilot_availability: true,
        ai_sales_agent_availability: true,
        created_by_id: by,
        updated_by_id: by,
        created_at: now,
        updated_at: now,
    };
    apply_text(cx, &mut content, text)?;
    apply_availability(cx, &mut content, text)?;
    Ok(content)
}
