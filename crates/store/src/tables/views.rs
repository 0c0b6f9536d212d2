//! Views: custom lists of conversations of admins.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ViewId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The order of a list of conversations.
    #[derive(Default)]
    pub enum ViewSort {
        /// Most recently changed first.
        #[default]
        Newest = "newest",
        /// Least recently changed first.
        Oldest = "oldest",
        /// Longest waiting contact first.
        Waiting = "waiting",
        /// Most urgent first.
        Priority = "priority",
    }
}

record! {
    /// A view's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct View in "views", key (admin_id: AdminId, id: ViewId) {
        admin_id: AdminId,
        id: ViewId,
        name: String,
        /// A JSON object; `None` for all conversations.
        query: Option<String>,
        sort: ViewSort,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, lock, insert, update, delete;
}

/// The views of an admin, oldest first.
pub fn of_admin(tx: &mut WorkspaceTx, admin: AdminId, limit: i64) -> Result<Vec<View>> {
    tx.query_all(select!(View, " AND admin_id = $2 ORDER BY id LIMIT $3"), params![admin, limit], View::from_row)
}
