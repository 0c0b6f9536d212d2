//! News items.

use super::column_enum::column_enum;
use super::record::record;
use crate::ids::{AdminId, NewsItemId};

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
    pub fn get, get_many, lock, page, insert, update, delete;
}
