//! The lists of conversations that admins made for themselves.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{AdminId, ViewId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// In which order a list of conversations is.
    #[derive(Default)]
    pub enum ViewSort {
        /// What changed last comes first.
        #[default]
        Newest = "newest",
        /// What changed last comes last.
        Oldest = "oldest",
        /// Whose contact has been waiting longest comes first.
        Waiting = "waiting",
        /// What is most urgent comes first.
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
        /// A JSON object, or none for all conversations.
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
