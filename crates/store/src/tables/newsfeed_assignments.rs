//! The newsfeeds of news items.

use super::record::{FromRow, Record, record};
use super::{padded, places};
use crate::ids::{NewsItemId, NewsfeedId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A news item in a newsfeed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct NewsfeedAssignment in "newsfeed_assignments", key (news_item_id: NewsItemId, newsfeed_id: NewsfeedId) {
        news_item_id: NewsItemId,
        newsfeed_id: NewsfeedId,
        published_at: i64,
        /// Whether the news item is live.
        live: bool,
    }
    pub fn insert_all;
}

/// The assignments of these news items, in the order of their newsfeeds.
pub fn of(tx: &mut WorkspaceTx, items: &[NewsItemId]) -> Result<Vec<NewsfeedAssignment>> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(items);
    let which = format!(" AND news_item_id IN ({}) ORDER BY news_item_id, newsfeed_id", places(2, values.len()));
    tx.query_all(&NewsfeedAssignment::select(&which), &values, NewsfeedAssignment::from_row)
}

/// Removes the assignments of a news item.
pub fn delete_of(tx: &mut WorkspaceTx, item: NewsItemId) -> Result<()> {
    tx.send("DELETE FROM newsfeed_assignments WHERE workspace_id = $1 AND news_item_id = $2", params![item])
}

/// A page of the live news items of a newsfeed, most recently published first, and the total count.
pub fn live(tx: &mut WorkspaceTx, feed: NewsfeedId, limit: i64, offset: i64) -> Result<(Vec<NewsItemId>, i64)> {
    let sql = "SELECT news_item_id FROM newsfeed_assignments WHERE workspace_id = $1 AND newsfeed_id = $2 AND live = TRUE \
               ORDER BY published_at DESC, news_item_id DESC LIMIT $3 OFFSET $4";
    let items = tx.query_all(sql, params![feed, limit, offset], |row| row.get(0))?;
    let sql = "SELECT count(*) FROM newsfeed_assignments WHERE workspace_id = $1 AND newsfeed_id = $2 AND live = TRUE";
    Ok((items, tx.query_one(sql, params![feed], |row| row.get(0))?))
}

/// Whether a newsfeed has news items, drafts too.
pub fn is_used(tx: &mut WorkspaceTx, feed: NewsfeedId) -> Result<bool> {
    let sql = "SELECT 1 FROM newsfeed_assignments WHERE workspace_id = $1 AND newsfeed_id = $2 LIMIT 1";
    Ok(tx.query_opt(sql, params![feed], |_| Ok(()))?.is_some())
}
