//! The contents of articles, in each of their languages.

use super::articles::ArticleState;
use super::record::{FromRow, Record, record, select};
use super::{padded, places};
use crate::ids::{AdminId, ArticleId, ArticleVersionId};
use crate::{Hold, Result, WorkspaceTx, params};

record! {
    /// The row of an article's content in one language.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ArticleContent in "article_contents", key (article_id: ArticleId, locale: &str) {
        article_id: ArticleId,
        locale: String,
        title: String,
        description: String,
        /// HTML.
        body: String,
        author_id: AdminId,
        state: ArticleState,
        /// When it was first published.
        published_at: Option<i64>,
        /// Staged changes: a JSON object of title, description, body and `author_id`.
        draft: Option<String>,
        draft_updated_at: Option<i64>,
        /// The newest of its versions.
        version_id: Option<ArticleVersionId>,
        ai_chatbot_availability: bool,
        ai_copilot_availability: bool,
        ai_sales_agent_availability: bool,
        /// A JSON array of numbers.
        audience_ids: String,
        created_by_id: Option<AdminId>,
        updated_by_id: Option<AdminId>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn insert, delete;
}

/// The contents of these articles, by article and locale.
pub fn of_many(tx: &mut WorkspaceTx, articles: &[ArticleId]) -> Result<Vec<ArticleContent>> {
    if articles.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(articles);
    let sql = ArticleContent::select(&format!(
        " AND article_id IN ({}) ORDER BY article_id, locale",
        places(2, values.len())
    ));
    tx.query_all(&sql, &values, ArticleContent::from_row)
}

/// The contents of an article, locked for update.
pub fn lock(tx: &mut WorkspaceTx, article: ArticleId) -> Result<Vec<ArticleContent>> {
    let sql = select!(ArticleContent, " AND article_id = $2 ORDER BY locale", tx, Hold::Change);
    tx.query_all(sql, params![article], ArticleContent::from_row)
}

/// Writes the columns that differ from `before`, which is locked.
pub fn update(tx: &mut WorkspaceTx, before: &ArticleContent, after: &ArticleContent) -> Result<()> {
    after.update(tx, before, params![after.article_id, after.locale.as_str()])
}

/// Removes the contents of an article.
pub fn delete_all(tx: &mut WorkspaceTx, article: ArticleId) -> Result<()> {
    tx.send("DELETE FROM article_contents WHERE workspace_id = $1 AND article_id = $2", params![article])
}
