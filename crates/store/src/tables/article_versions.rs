//! The versions of the contents of articles.

use super::articles::ArticleState;
use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ArticleId, ArticleVersionId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// Where a version was written.
    pub enum CreatedVia {
        Web = "web",
        Api = "api",
    }
}

record! {
    /// The row of a version.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ArticleVersion in "article_versions", key (article_id: ArticleId, id: ArticleVersionId) {
        article_id: ArticleId,
        id: ArticleVersionId,
        locale: String,
        title: String,
        description: String,
        /// HTML.
        body: String,
        author_id: AdminId,
        created_by_id: Option<AdminId>,
        created_via: CreatedVia,
        /// The version that it changed.
        from_version_id: Option<ArticleVersionId>,
        state: ArticleState,
        created_at: i64,
    }
    pub fn get, insert;
}

/// A page of an article's versions in one language, newest first, and the total count.
pub fn page(
    tx: &mut WorkspaceTx,
    article: ArticleId,
    locale: &str,
    limit: i64,
    offset: i64,
) -> Result<(Vec<ArticleVersion>, i64)> {
    let sql = select!(ArticleVersion, " AND article_id = $2 AND locale = $3 ORDER BY id DESC LIMIT $4 OFFSET $5");
    let rows = tx.query_all(sql, params![article, locale, limit, offset], ArticleVersion::from_row)?;
    let sql = "SELECT count(*) FROM article_versions WHERE workspace_id = $1 AND article_id = $2 AND locale = $3";
    Ok((rows, tx.query_one(sql, params![article, locale], |row| row.get(0))?))
}

/// Removes the versions of an article.
pub fn delete_all(tx: &mut WorkspaceTx, article: ArticleId) -> Result<()> {
    tx.send("DELETE FROM article_versions WHERE workspace_id = $1 AND article_id = $2", params![article])
}

/// Removes the versions of an article in one language.
pub fn delete_locale(tx: &mut WorkspaceTx, article: ArticleId, locale: &str) -> Result<()> {
    let sql = "DELETE FROM article_versions WHERE workspace_id = $1 AND article_id = $2 AND locale = $3";
    tx.send(sql, params![article, locale])
}
