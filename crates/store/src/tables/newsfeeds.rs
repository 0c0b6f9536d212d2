//! Newsfeeds.

use super::record::{FromRow, record, select};
use crate::ids::NewsfeedId;
use crate::{Result, WorkspaceTx, params};

record! {
    /// A newsfeed's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Newsfeed in "newsfeeds", key (id: NewsfeedId) {
        id: NewsfeedId,
        name: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, hold, all, insert, delete;
}

/// The newsfeed with this name.
pub fn named(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Newsfeed>> {
    tx.query_opt(select!(Newsfeed, " AND name = $2"), params![name], Newsfeed::from_row)
}

/// A page of newsfeeds, oldest first, and the total count.
pub fn page(tx: &mut WorkspaceTx, limit: i64, offset: i64) -> Result<(Vec<Newsfeed>, i64)> {
    let sql = select!(Newsfeed, " ORDER BY id LIMIT $2 OFFSET $3");
    let rows = tx.query_all(sql, params![limit, offset], Newsfeed::from_row)?;
    let sql = "SELECT count(*) FROM newsfeeds WHERE workspace_id = $1";
    Ok((rows, tx.query_one(sql, &[], |row| row.get(0))?))
}
