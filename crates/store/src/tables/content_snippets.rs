//! Content snippets.

use super::counters::{self, Counter};
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ContentSnippetId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A content snippet's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ContentSnippet in "content_snippets", key (id: ContentSnippetId) {
        id: ContentSnippetId,
        title: String,
        /// HTML.
        body: String,
        locale: String,
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
    pub fn get, lock, get_many, insert, update, delete;
}

/// A page of snippets, newest first, and the total count.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<ContentSnippet>, i64)> {
    let sql = select!(ContentSnippet, " ORDER BY id DESC LIMIT $2 OFFSET $3");
    let rows = tx.query_all(sql, params![limit, offset], ContentSnippet::from_row)?;
    Ok((rows, counters::value(tx, Counter::ContentSnippets)?))
}
