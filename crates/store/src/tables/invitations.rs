//! Invitations to become a teammate.

use super::record::{FromRow, record, select};
use crate::ids::{AdminId, InvitationId, MailId, RoleId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// An invitation's row, and the name of its role.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Invitation in "invitations", key (id: InvitationId) {
        id: InvitationId,
        /// SHA-256 of its secret, hex.
        hash: String,
        email: String,
        /// The email address in lower case (ASCII).
        email_key: String,
        role_id: RoleId,
        has_inbox_seat: bool,
        /// `None` for the operator.
        invited_by: Option<AdminId>,
        /// The link, while a mail with it waits to be sent.
        link: Option<String>,
        mail_id: Option<MailId>,
        created_at: i64,
        renewed_at: i64,
        expires_at: i64,
    } and {
        role_name: Option<String> =
            "(SELECT name FROM roles r WHERE r.workspace_id = $1 AND r.id = invitations.role_id)",
    }
    pub fn get, lock, all, insert, update;
}

/// The invitation of a mail.
pub fn of_mail(tx: &mut WorkspaceTx, mail: MailId) -> Result<Option<Invitation>> {
    tx.query_opt(select!(Invitation, " AND mail_id = $2"), params![mail], Invitation::from_row)
}

/// Whether there is an invitation for this email address, in lower case (ASCII).
pub fn is_invited(tx: &mut WorkspaceTx, email_key: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM invitations WHERE workspace_id = $1 AND email_key = $2";
    Ok(tx.query_opt(sql, params![email_key], |_| Ok(()))?.is_some())
}

/// Removes an invitation. Returns whether there was one.
pub fn remove(tx: &mut WorkspaceTx, id: InvitationId) -> Result<bool> {
    Ok(tx.execute("DELETE FROM invitations WHERE workspace_id = $1 AND id = $2", params![id])? > 0)
}

/// Removes the invitations that an admin made. Returns their email addresses.
pub fn remove_of(tx: &mut WorkspaceTx, admin: AdminId) -> Result<Vec<String>> {
    let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND invited_by = $2 RETURNING email";
    tx.query_all(sql, params![admin], |row| row.get(0))
}

/// Removes an invitation with this secret, by its hash. Returns whether there was one.
pub fn use_up(tx: &mut WorkspaceTx, id: InvitationId, hash: &str) -> Result<bool> {
    let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND id = $2 AND hash = $3";
    Ok(tx.execute(sql, params![id, hash])? > 0)
}

/// Deletes the stored link of a mail that was sent or has failed.
pub fn forget_link(tx: &mut WorkspaceTx, mail: MailId) -> Result<()> {
    let sql = "UPDATE invitations SET link = NULL, mail_id = NULL WHERE workspace_id = $1 AND mail_id = $2";
    tx.send(sql, params![mail])
}

/// Whether an invitation has this role.
pub fn gives(tx: &mut WorkspaceTx, role: RoleId) -> Result<bool> {
    let sql = "SELECT 1 FROM invitations WHERE workspace_id = $1 AND role_id = $2 LIMIT 1";
    Ok(tx.query_opt(sql, params![role], |_| Ok(()))?.is_some())
}

/// Deletes at most `limit` invitations that expired before a second. Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    let sql = "DELETE FROM invitations WHERE workspace_id = $1 AND id IN \
               (SELECT id FROM invitations WHERE workspace_id = $1 AND expires_at < $2 ORDER BY id LIMIT $3)";
    tx.execute(sql, params![before, limit])
}
