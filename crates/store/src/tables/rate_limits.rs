//! How much of the current window of an app's rate limit all servers together have taken.
//!
//! There is one row per app, with its latest window. A window lasts [`WINDOW`] seconds by the clock of the database, so
//! the clocks of the servers do not matter.

use super::column_enum::column_enum;
use crate::{Result, WorkspaceTx, params};

/// The length of a window, in seconds.
pub const WINDOW: i64 = 10;
/// A server takes at most this fraction of what is left (one in `PARTS`), so that little is stranded on other servers
/// in the end.
const PARTS: i64 = 4;

column_enum! {
    /// The kind of subject that is limited.
    pub enum LimitKind {
        App = "app",
        /// A token without an app.
        Token = "token",
    }
}

/// The portion of a window that a server has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    /// The first second of the window.
    pub starts_at: i64,
    /// The time by the clock of the database, in unix milliseconds.
    pub now_ms: i64,
    /// How many more requests this server may admit in the window.
    pub given: i64,
    /// How many requests of the window no server has taken yet.
    pub left: i64,
}

/// Takes `wanted` requests of the current window, or fewer if few are left of the limit.
pub fn take(tx: &mut WorkspaceTx, kind: LimitKind, id: i64, limit: i64, wanted: i64) -> Result<Portion> {
    let wanted = wanted.min(part(limit)).max(1);
    let mut values = params![kind, id, wanted, limit].to_vec();
    let now_ms = if let Some(clock) = tx.shared_clock() {
        format!("({clock})")
    } else {
        values.push(tx.now_ms().into());
        "CAST($6 AS BIGINT)".to_owned()
    };
    // A transaction that waited for the row may come with the previous window. If the clock was set back further, a new
    // window begins.
    let starts_at = format!("{now_ms} / {} * {WINDOW}", WINDOW * 1000);
    let is_current = format!("rate_limits.starts_at BETWEEN excluded.starts_at AND excluded.starts_at + {WINDOW}");
    let left = "($5 - rate_limits.used)";
    let part = format!("({left} + {}) / {PARTS}", PARTS - 1);
    let given = format!("CASE WHEN {left} <= 0 THEN 0 WHEN $4 <= {part} THEN $4 ELSE {part} END");
    let sql = format!(
        "INSERT INTO rate_limits (workspace_id, kind, id, starts_at, used, given) \
         VALUES ($1, $2, $3, {starts_at}, $4, $4) ON CONFLICT (workspace_id, kind, id) DO UPDATE SET \
         starts_at = CASE WHEN {is_current} THEN rate_limits.starts_at ELSE excluded.starts_at END, \
         used = CASE WHEN {is_current} THEN rate_limits.used + {given} ELSE excluded.used END, \
         given = CASE WHEN {is_current} THEN {given} ELSE excluded.given END \
         RETURNING starts_at, used, given, {now_ms}"
    );
    tx.query_one(&sql, &values, |row| {
        let left = limit - row.get::<i64>(1)?;
        Ok(Portion { starts_at: row.get(0)?, now_ms: row.get(3)?, given: row.get(2)?, left: left.max(0) })
    })
}

/// The maximum number to take if `left` are left.
fn part(left: i64) -> i64 {
    left.saturating_add(PARTS - 1) / PARTS
}

/// Deletes windows that began before a time.
pub fn purge(tx: &mut WorkspaceTx, before: i64) -> Result<()> {
    tx.send("DELETE FROM rate_limits WHERE workspace_id = $1 AND starts_at < $2", params![before])
}
