//! Signing in: passwords of admins, sessions, and failed attempts.

use super::record::{FromRow, row};
use crate::ids::AdminId;
use crate::{Hold, Result, WorkspaceTx, params};

/// The password of an admin, as a PHC string.
pub fn password(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<Option<String>> {
    tx.query_opt(
        "SELECT hash FROM admin_passwords WHERE workspace_id = $1 AND admin_id = $2",
        params![admin_id],
        |row| row.get(0),
    )
}

/// Sets the password of an admin.
pub fn set_password(tx: &mut WorkspaceTx, admin_id: AdminId, hash: &str) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO admin_passwords (workspace_id, admin_id, hash, updated_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (workspace_id, admin_id) DO UPDATE SET hash = excluded.hash, updated_at = excluded.updated_at",
        params![admin_id, hash, now],
    )
}

/// Opens a session.
pub fn open_session(tx: &mut WorkspaceTx, hash: &str, admin_id: AdminId, expires_at: i64) -> Result<()> {
    let now = tx.now();
    tx.send(
        "INSERT INTO admin_sessions (workspace_id, hash, admin_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        params![hash, admin_id, now, expires_at],
    )
}

/// The admin of a session that has not expired.
pub fn session(tx: &mut WorkspaceTx, hash: &str) -> Result<Option<AdminId>> {
    let now = tx.now();
    tx.query_opt(
        "SELECT admin_id FROM admin_sessions WHERE workspace_id = $1 AND hash = $2 AND expires_at > $3",
        params![hash, now],
        |row| row.get(0),
    )
}

/// Ends a session.
pub fn close_session(tx: &mut WorkspaceTx, hash: &str) -> Result<()> {
    tx.send("DELETE FROM admin_sessions WHERE workspace_id = $1 AND hash = $2", params![hash])
}

/// Ends all sessions of an admin.
pub fn close_sessions(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<()> {
    tx.send("DELETE FROM admin_sessions WHERE workspace_id = $1 AND admin_id = $2", params![admin_id])
}

/// Deletes an admin's password.
pub fn forget_password(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<()> {
    tx.send("DELETE FROM admin_passwords WHERE workspace_id = $1 AND admin_id = $2", params![admin_id])
}

row! {
    /// The failed attempts of a subject.
    #[derive(Debug, Clone, Copy, Default)]
    pub struct Attempts {
        failures: i64,
        last_at: i64,
        locked_until: i64,
    }
}

/// The attempts of a subject, locked until the transaction ends.
pub fn attempts(tx: &mut WorkspaceTx, subject: &str) -> Result<Attempts> {
    tx.send(
        "INSERT INTO sign_in_attempts (workspace_id, subject, failures, last_at, locked_until) VALUES ($1, $2, 0, 0, 0) \
         ON CONFLICT DO NOTHING",
        params![subject],
    )?;
    let lock = tx.hold(Hold::Change);
    let sql =
        format!("SELECT {} FROM sign_in_attempts WHERE workspace_id = $1 AND subject = $2{lock}", Attempts::SELECTED);
    let row = tx.query_opt(&sql, params![subject], Attempts::from_row)?;
    // It is missing only if it was purged concurrently.
    Ok(row.unwrap_or_default())
}

/// Writes the attempts of a subject.
pub fn set_attempts(tx: &mut WorkspaceTx, subject: &str, attempts: Attempts) -> Result<()> {
    tx.send(
        "UPDATE sign_in_attempts SET failures = $2, last_at = $3, locked_until = $4 WHERE workspace_id = $1 AND subject = $5",
        params![attempts.failures, attempts.last_at, attempts.locked_until, subject],
    )
}

/// The time until which a network is known for an account, if it ever was.
pub fn known_until(tx: &mut WorkspaceTx, subject: &str) -> Result<Option<i64>> {
    let sql = "SELECT last_at FROM sign_in_attempts WHERE workspace_id = $1 AND subject = $2";
    tx.query_opt(sql, params![subject], |row| row.get(0))
}

/// Deletes the attempts of a subject and of its sub-subjects.
pub fn forget_attempts(tx: &mut WorkspaceTx, subject: &str) -> Result<()> {
    // ';' follows ':', which separates the parts.
    let (parts, end) = (format!("{subject}:"), format!("{subject};"));
    let sql = "DELETE FROM sign_in_attempts \
               WHERE workspace_id = $1 AND (subject = $2 OR (subject >= $3 AND subject < $4))";
    tx.send(sql, params![subject, &parts, &end])
}

/// Deletes at most `limit` sessions that expired before a second, and at most `limit` attempts last made before it.
/// Returns how many.
pub fn purge(tx: &mut WorkspaceTx, before: i64, limit: i64) -> Result<u64> {
    let sessions = tx.execute(
        "DELETE FROM admin_sessions WHERE workspace_id = $1 AND hash IN \
         (SELECT hash FROM admin_sessions WHERE workspace_id = $1 AND expires_at < $2 ORDER BY expires_at LIMIT $3)",
        params![before, limit],
    )?;
    let attempts = tx.execute(
        "DELETE FROM sign_in_attempts WHERE workspace_id = $1 AND subject IN \
         (SELECT subject FROM sign_in_attempts WHERE workspace_id = $1 AND last_at < $2 ORDER BY last_at LIMIT $3)",
        params![before, limit],
    )?;
    Ok(sessions + attempts)
}
