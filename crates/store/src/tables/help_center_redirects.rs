//! Redirects from old URLs of a help center.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{HelpCenterId, Id, RedirectId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// The type of a redirect's target.
    pub enum RedirectTarget {
        Article = "article",
        Collection = "collection",
    }
}

record! {
    /// A redirect's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Redirect in "help_center_redirects", key (id: RedirectId),
        unique "(workspace_id, help_center_id, from_url)"
    {
        id: RedirectId,
        help_center_id: HelpCenterId,
        from_url: String,
        locale: String,
        target_type: RedirectTarget,
        target_id: i64,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, lock, insert_new, delete;
}

/// A page of the redirects of a help center, most recently changed first, and the total count.
pub fn page(tx: &mut WorkspaceTx, help_center: HelpCenterId, limit: i64, offset: i64) -> Result<(Vec<Redirect>, i64)> {
    let sql = select!(Redirect, " AND help_center_id = $2 ORDER BY updated_at DESC, id DESC LIMIT $3 OFFSET $4");
    let rows = tx.query_all(sql, params![help_center, limit, offset], Redirect::from_row)?;
    let sql = "SELECT count(*) FROM help_center_redirects WHERE workspace_id = $1 AND help_center_id = $2";
    Ok((rows, tx.query_one(sql, params![help_center], |row| row.get(0))?))
}

/// Removes the redirects to a deleted target.
pub fn delete_to(tx: &mut WorkspaceTx, target: RedirectTarget, id: impl Id) -> Result<()> {
    let sql = "DELETE FROM help_center_redirects WHERE workspace_id = $1 AND target_type = $2 AND target_id = $3";
    tx.send(sql, &[target.into(), id.into()])
}
