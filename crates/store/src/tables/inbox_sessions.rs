//! Sessions of teammates in the inbox.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use super::{padded, places};
use crate::ids::{AdminId, InboxSessionId};
use crate::{Result, WorkspaceTx, params};

column_enum! {
    /// What the secret of a row authorizes.
    pub enum SessionKind {
        /// Requests.
        Session = "session",
        /// Sending the code of the second factor.
        SecondFactor = "second_factor",
        /// Choosing one of several workspaces, after an identity provider has vouched for the email address.
        Choice = "choice",
        /// Opening a session, once.
        Link = "link",
    }
}

record! {
    /// A session's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct InboxSession in "inbox_sessions", key (id: InboxSessionId) {
        id: InboxSessionId,
        kind: SessionKind,
        /// SHA-256, hex.
        hash: String,
        admin_id: AdminId,
        user_agent: Option<String>,
        address: Option<String>,
        created_at: i64,
        seen_at: i64,
        expires_at: i64,
    }
    pub fn get, insert, delete;
}

/// The sessions of an admin that have not expired, newest first, `limit` at most.
pub fn of_admin(tx: &mut WorkspaceTx, admin_id: AdminId, limit: i64) -> Result<Vec<InboxSession>> {
    let now = tx.now();
    let sql = select!(
        InboxSession,
        " AND admin_id = $2 AND kind = 'session' AND expires_at > $3 ORDER BY created_at DESC, id DESC LIMIT $4"
    );
    tx.query_all(sql, params![admin_id, now, limit], InboxSession::from_row)
}

/// When these admins last used a session since a second. Omits those who have not.
pub fn active(tx: &mut WorkspaceTx, admins: &[AdminId], since: i64) -> Result<Vec<(AdminId, i64)>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded(admins);
    let (places, last) = (places(2, values.len()), values.len() + 2);
    values.push(since.into());
    let sql = format!(
        "SELECT admin_id, max(seen_at) FROM inbox_sessions WHERE workspace_id = $1 AND admin_id IN ({places}) \
         AND kind = 'session' AND seen_at > ${last} GROUP BY admin_id"
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Records the use of a session.
pub fn touch(tx: &mut WorkspaceTx, id: InboxSessionId, seen_at: i64, expires_at: i64) -> Result<()> {
    tx.send(
        "UPDATE inbox_sessions SET seen_at = $2, expires_at = $3 WHERE workspace_id = $1 AND id = $4",
        params![seen_at, expires_at, id],
    )
}

/// Ends a session. Returns whether there was one.
pub fn end(tx: &mut WorkspaceTx, admin_id: AdminId, id: InboxSessionId) -> Result<bool> {
    let sql = "DELETE FROM inbox_sessions WHERE workspace_id = $1 AND id = $2 AND admin_id = $3";
    Ok(tx.execute(sql, params![id, admin_id])? > 0)
}

/// Ends all sessions of an admin except one.
pub fn end_others(tx: &mut WorkspaceTx, admin_id: AdminId, but: Option<InboxSessionId>) -> Result<()> {
    let but = but.unwrap_or_default();
    let sql = "DELETE FROM inbox_sessions WHERE workspace_id = $1 AND admin_id = $2 AND id <> $3";
    tx.send(sql, params![admin_id, but])
}

/// Ends the oldest rows of a kind of an admin, so that at most `kept` of the kind are left.
pub fn keep_newest(tx: &mut WorkspaceTx, admin_id: AdminId, kind: SessionKind, kept: i64) -> Result<()> {
    let sql = "DELETE FROM inbox_sessions WHERE workspace_id = $1 AND id IN (SELECT id FROM inbox_sessions \
               WHERE workspace_id = $1 AND admin_id = $2 AND kind = $3 \
               ORDER BY created_at DESC, id DESC LIMIT 1000 OFFSET $4)";
    tx.send(sql, params![admin_id, kind, kept])
}

/// Deletes at most `limit` sessions that expired before a second. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    let sql = "DELETE FROM inbox_sessions WHERE workspace_id = $1 AND id IN \
               (SELECT id FROM inbox_sessions WHERE workspace_id = $1 AND expires_at < $2 ORDER BY expires_at LIMIT $3)";
    tx.execute(sql, params![before, limit])
}
