//! Internal articles.

use super::counters::{self, Counter};
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, FolderId, InternalArticleId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// An internal article's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct InternalArticle in "internal_articles", key (id: InternalArticleId) {
        id: InternalArticleId,
        title: String,
        /// HTML.
        body: String,
        owner_id: AdminId,
        author_id: AdminId,
        locale: String,
        folder_id: Option<FolderId>,
        tag_count: i64,
        /// A JSON array of numbers.
        audience_ids: String,
        ai_chatbot_availability: bool,
        ai_copilot_availability: bool,
        ai_sales_agent_availability: bool,
        created_by_id: Option<AdminId>,
        updated_by_id: Option<AdminId>,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, get_many, lock, insert, update, delete;
}

/// A page of internal articles, most recently changed first, and the total count.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<InternalArticle>, i64)> {
    let sql = select!(InternalArticle, " ORDER BY updated_at DESC, id DESC LIMIT $2 OFFSET $3");
    let rows = tx.query_all(sql, params![limit, offset], InternalArticle::from_row)?;
    Ok((rows, counters::value(tx, Counter::InternalArticles)?))
}
