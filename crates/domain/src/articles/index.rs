//! Indexing the contents of articles.

use deskwire_store::article_contents::{self as contents, ArticleContent};
use deskwire_store::articles::{self as store, Article, ArticleState};
use deskwire_store::content_entries::ContentKind;
use deskwire_store::ids::ArticleId;

use crate::Cx;
use crate::content::index::{self, Document};
use crate::error::Result;

fn document<'a>(content: &'a ArticleContent, article: &Article) -> Document<'a> {
    Document {
        kind: ContentKind::Article,
        content_id: content.article_id.number(),
        locale: &content.locale,
        title: &content.title,
        description: &content.description,
        html: &content.body,
        published: content.state == ArticleState::Published,
        help_center_id: Some(article.help_center_id),
        folder_id: article.folder_id,
        ai_chatbot_availability: content.ai_chatbot_availability,
        ai_copilot_availability: content.ai_copilot_availability,
        ai_sales_agent_availability: content.ai_sales_agent_availability,
        created_by_id: content.created_by_id,
        updated_by_id: content.updated_by_id,
        created_at: content.created_at,
        updated_at: content.updated_at,
    }
}

/// Indexes a content that is new or was changed.
pub(super) fn update(
    cx: &mut Cx,
    before: Option<&ArticleContent>,
    after: &ArticleContent,
    article: &Article,
) -> Result<()> {
    index::save(cx, before.map(|before| document(before, article)).as_ref(), &document(after, article))
}

/// Removes a content from the index.
pub(super) fn remove(cx: &mut Cx, content: &ArticleContent, article: &Article) -> Result<()> {
    index::remove(cx, &document(content, article))
}

/// Reindexes all contents of an article that moved to another help center or folder.
pub(super) fn move_to(cx: &mut Cx, from: &Article, to: &Article) -> Result<()> {
    for content in contents::of_many(cx, &[to.id])? {
        index::save(cx, Some(&document(&content, from)), &document(&content, to))?;
    }
    Ok(())
}

/// Adds an article to the index if it is missing there.
pub(crate) fn reindex(cx: &mut Cx, id: ArticleId) -> Result<()> {
    let Some(article) = store::lock(cx, id)? else { return Ok(()) };
    for content in contents::lock(cx, id)? {
        index::save(cx, None, &document(&content, &article))?;
    }
    Ok(())
}
