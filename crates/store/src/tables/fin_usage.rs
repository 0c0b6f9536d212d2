//! The token usage of Fin's language model, per day.

use super::record::record;
use crate::{Result, WorkspaceTx, params};

record! {
    /// A day's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FinUsage in "fin_usage", key (day: i64) {
        /// Days since 1970.
        day: i64,
        tokens: i64,
    }
    pub fn get;
}

/// Adds tokens to a day. Returns its new total. Other writers of the day wait until the transaction ends.
pub fn add(tx: &mut WorkspaceTx, day: i64, tokens: i64) -> Result<i64> {
    let sql = "INSERT INTO fin_usage (workspace_id, day, tokens) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, day) \
         DO UPDATE SET tokens = fin_usage.tokens + excluded.tokens RETURNING tokens";
    tx.query_one(sql, params![day, tokens], |row| row.get(0))
}

/// Deletes the days before one.
pub fn purge(tx: &mut WorkspaceTx, before: i64) -> Result<()> {
    tx.send("DELETE FROM fin_usage WHERE workspace_id = $1 AND day < $2", params![before])
}
