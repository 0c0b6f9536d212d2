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
    pub fn get, hold, all, page, insert, delete;
}

/// The newsfeed with this name.
pub fn named(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Newsfeed>> {
    tx.query_opt(select!(Newsfeed, " AND name = $2"), params![name], Newsfeed::from_row)
}
