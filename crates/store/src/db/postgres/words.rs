//! Classifies a statement by its first word.

use crate::db::tx::Lane;
use crate::{Error, Result};

/// Returns whether the first word is one of `words`.
fn begins(sql: &str, words: &[&str]) -> bool {
    let first = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    words.iter().any(|word| word.eq_ignore_ascii_case(first))
}

pub(super) fn is_select(sql: &str) -> bool {
    begins(sql, &["SELECT"])
}

/// Rejects a change in a read. `search` runs in a READ ONLY transaction, but `read` may run without one.
pub(super) fn may_run(lane: Lane, sql: &str) -> Result<()> {
    if lane == Lane::Read && !only_reads(sql) { Err(Error::ReadOnly(sql.to_owned())) } else { Ok(()) }
}

fn only_reads(sql: &str) -> bool {
    begins(sql, &["SELECT", "WITH", "VALUES", "SHOW", "EXPLAIN"])
}

/// Returns whether a statement is planned, so that `EXPLAIN` shows its plan.
#[cfg(debug_assertions)]
pub(super) fn has_plan(sql: &str) -> bool {
    begins(sql, &["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES"])
}
