//! News items.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, NewsItemId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// Whether readers see a news item.
    pub enum NewsState {
        Draft = "draft",
        Live = "live",
    }
}

record! {
    /// A news item's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct NewsItem in "news_items", key (id: NewsItemId) {
        id: NewsItemId,
        title: String,
        /// HTML.
        body: String,
        sender_id: AdminId,
        state: NewsState,
        /// A JSON array of texts.
        labels: String,
        cover_image_url: Option<String>,
        /// A JSON array of texts and nulls.
        reactions: String,
        deliver_silently: bool,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, lock, insert, update, delete;
}

/// A page of news items, oldest first, and the total count.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<NewsItem>, i64)> {
    let sql = select!(NewsItem, " ORDER BY id LIMIT $2 OFFSET $3");
    let rows = tx.query_all(sql, params![limit, offset], NewsItem::from_row)?;
    let sql = "SELECT count(*) FROM news_items WHERE workspace_id = $1";
    Ok((rows, tx.query_one(sql, &[], |row| row.get(0))?))
}
