//! Articles, without their contents.

use super::column_enum::column_enum;
use super::record::{FromRow, record, row, select};
use super::{padded, places};
use crate::ids::{ArticleId, CollectionId, FolderId, HelpCenterId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The state of a content.
    #[derive(PartialOrd, Ord)]
    pub enum ArticleState {
        Draft = "draft",
        Published = "published",
    }
}

record! {
    /// An article's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Article in "articles", key (id: ArticleId) {
        id: ArticleId,
        help_center_id: HelpCenterId,
        folder_id: Option<FolderId>,
        default_locale: String,
        tag_count: i64,
        views: i64,
        /// The number of conversations that began at the article.
        conversations: i64,
        happy_reactions: i64,
        neutral_reactions: i64,
        sad_reactions: i64,
        scheduled_publish_at: Option<i64>,
        scheduled_unpublish_at: Option<i64>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, lock, hold, insert, update, delete;
}

/// A page of articles, most recently changed first.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<Vec<Article>> {
    let sql = select!(Article, " ORDER BY updated_at DESC, id DESC LIMIT $2 OFFSET $3");
    tx.query_all(sql, params![limit, offset], Article::from_row)
}

row! {
    /// An article's placement in a collection.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Placement {
        article_id: ArticleId = "l.article_id",
        collection_id: CollectionId = "l.collection_id",
        /// The level of the collection.
        level: i64 = "c.level",
    }
}

/// The collections of these articles, in their order.
pub fn placements(tx: &mut WorkspaceTx, articles: &[ArticleId]) -> Result<Vec<Placement>> {
    if articles.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(articles);
    let sql = format!(
        "SELECT {} FROM article_collections l JOIN collections c ON c.workspace_id = l.workspace_id AND c.id = l.collection_id \
         WHERE l.workspace_id = $1 AND l.article_id IN ({}) ORDER BY l.article_id, l.position",
        Placement::SELECTED,
        places(2, values.len())
    );
    tx.query_all(&sql, &values, Placement::from_row)
}

/// Replaces the collections of an article.
pub fn place(tx: &mut WorkspaceTx, article: ArticleId, collections: &[CollectionId]) -> Result<()> {
    tx.send("DELETE FROM article_collections WHERE workspace_id = $1 AND article_id = $2", params![article])?;
    for (position, collection) in (1_i64..).zip(collections) {
        tx.send(
            "INSERT INTO article_collections (workspace_id, article_id, collection_id, position) VALUES ($1, $2, $3, $4)",
            params![article, *collection, position],
        )?;
    }
    Ok(())
}

/// Removes all articles from a collection.
pub fn empty_collection(tx: &mut WorkspaceTx, collection: CollectionId) -> Result<()> {
    tx.send("DELETE FROM article_collections WHERE workspace_id = $1 AND collection_id = $2", params![collection])
}
