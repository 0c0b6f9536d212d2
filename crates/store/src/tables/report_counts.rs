//! The counts of reports: per conversation, per day, and the current backlog.

use super::column_enum::column_enum;
use super::conversations::{Assigned, ConversationState};
use super::record::{FromRow, Record, record, row};
use super::{padded, places};
use crate::ids::{AdminId, ConversationId, TeamId};
use crate::{Result, Value, WorkspaceTx, params};

column_enum! {
    /// The kind of a group whose conversations are counted together.
    #[derive(PartialOrd, Ord)]
    pub enum GroupKind {
        All = "all",
        Team = "team",
        Admin = "admin",
    }
}

/// A group: its kind, and the id of the team or admin; 0 for unassigned conversations, and for all.
pub type Group = (GroupKind, i64);

record! {
    /// The counted values of a conversation.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Counted in "report_counted", key (conversation_id: ConversationId) {
        conversation_id: ConversationId,
        created_at: i64,
        team_id: Assigned<TeamId>,
        admin_id: Assigned<AdminId>,
        state: ConversationState,
        responded_at: Option<i64>,
        response_time: Option<i64>,
        ended_at: Option<i64>,
        close_time: Option<i64>,
    }
    pub fn get_many;
}

record! {
    /// The counts of a day in UTC.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ReportDay in "report_days", key (kind: GroupKind, group_id: i64, day: i64) {
        kind: GroupKind,
        group_id: i64,
        day: i64,
        /// The counts of the whole day.
        total: Vec<u8>,
        /// The counts of each quarter hour.
        quarters: Vec<u8>,
    }
}

record! {
    /// The numbers of open and snoozed conversations of a group.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ReportGroup in "report_groups", key (kind: GroupKind, group_id: i64) {
        kind: GroupKind,
        group_id: i64,
        open: i64,
        snoozed: i64,
    }
    pub fn all;
}

row! {
    /// The columns of a conversation that counted values derive from.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Times {
        id: ConversationId,
        merged_into: Option<ConversationId>,
        created_at: i64,
        state: ConversationState,
        team_assignee_id: Assigned<TeamId>,
        admin_assignee_id: Assigned<AdminId>,
        first_admin_reply_at: Option<i64>,
        time_to_admin_reply: Option<i64>,
        last_close_at: Option<i64>,
        time_to_last_close: Option<i64>,
    }
}

/// The maximum number of rows that one statement writes.
const BATCH: usize = 64;

/// These columns of the conversations with these ids.
pub fn times(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<Vec<Times>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let list = places(2, values.len());
    let sql = format!("SELECT {} FROM conversations WHERE workspace_id = $1 AND id IN ({list})", Times::SELECTED);
    tx.query_all(&sql, &values, Times::from_row)
}

/// Writes the counted values of conversations.
pub fn put_counted(tx: &mut WorkspaceTx, rows: &[Counted]) -> Result<()> {
    put(tx, rows)
}

/// Deletes the counted values of conversations.
pub fn forget_counted(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let values = padded(ids);
    let list = places(2, values.len());
    tx.send(&format!("DELETE FROM report_counted WHERE workspace_id = $1 AND conversation_id IN ({list})"), &values)
}

/// The counts of these days of groups, which may contain duplicates. Omits those without a row.
pub fn days(tx: &mut WorkspaceTx, keys: &[(Group, i64)]) -> Result<Vec<ReportDay>> {
    let mut found = Vec::new();
    for keys in keys.chunks(BATCH) {
        let Some(last) = keys.last() else { continue };
        let padding = std::iter::repeat_n(last, keys.len().next_power_of_two() - keys.len());
        let keys: Vec<&(Group, i64)> = keys.iter().chain(padding).collect();
        let values: Vec<Value<'_>> = keys
            .iter()
            .flat_map(|((kind, group), day)| [Value::from(kind), Value::from(group), Value::from(day)])
            .collect();
        let key = |n: usize| {
            let [kind, group, day] = [2, 3, 4].map(|place| n * 3 + place);
            format!("(CAST(${kind} AS TEXT), CAST(${group} AS BIGINT), CAST(${day} AS BIGINT))")
        };
        let wanted = (0..keys.len()).map(key).collect::<Vec<_>>().join(", ");
        let sql = format!(
            "SELECT {} FROM (VALUES {wanted}) AS wanted CROSS JOIN report_days WHERE workspace_id = $1 \
             AND kind = wanted.column1 AND group_id = wanted.column2 AND day = wanted.column3",
            ReportDay::SELECTED
        );
        found.extend(tx.query_all(&sql, &values, ReportDay::from_row)?);
    }
    Ok(found)
}

/// Writes the counts of days.
pub fn put_days(tx: &mut WorkspaceTx, rows: &[ReportDay]) -> Result<()> {
    put(tx, rows)
}

/// Adds to the numbers of open and snoozed conversations of groups.
pub fn add_to_groups(tx: &mut WorkspaceTx, rows: &[ReportGroup]) -> Result<()> {
    put_with(tx, rows, |column| format!("{column} = report_groups.{column} + excluded.{column}"))
}

/// Inserts or replaces rows by key.
fn put<R: Record>(tx: &mut WorkspaceTx, rows: &[R]) -> Result<()> {
    put_with(tx, rows, |column| format!("{column} = excluded.{column}"))
}

/// The same, in batches of powers of two, so that there are few different statements.
fn put_with<R: Record>(tx: &mut WorkspaceTx, rows: &[R], set: impl Fn(&str) -> String) -> Result<()> {
    let columns = R::COLUMNS.iter().filter(|column| !R::KEY.contains(column));
    let set = columns.map(|column| set(column)).collect::<Vec<_>>().join(", ");
    let conflict = format!("ON CONFLICT (workspace_id, {}) DO UPDATE SET {set}", R::KEY.join(", "));
    let mut rest = rows;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(1 << rest.len().min(BATCH).ilog2());
        let values: Vec<Value<'_>> = now.iter().flat_map(|row| row.values().as_ref().to_vec()).collect();
        tx.send(&format!("{} {conflict}", R::insertion(now.len())), &values)?;
        rest = later;
    }
    Ok(())
}

/// The quarter-hour counts of a group, by day, for a half-open range of days.
pub fn quarters_of(tx: &mut WorkspaceTx, (kind, group): Group, from: i64, until: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT day, quarters FROM report_days WHERE workspace_id = $1 AND kind = $2 AND group_id = $3 \
               AND day >= $4 AND day < $5 ORDER BY day";
    tx.query_all(sql, params![kind, group, from, until], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The counts of the whole days of a group, from a day on.
pub fn totals_since(tx: &mut WorkspaceTx, (kind, group): Group, from: i64) -> Result<Vec<Vec<u8>>> {
    let sql = "SELECT total FROM report_days WHERE workspace_id = $1 AND kind = $2 AND group_id = $3 AND day >= $4";
    tx.query_all(sql, params![kind, group, from], |row| row.get(0))
}

/// The counts of the whole days of all groups of a kind, for a half-open range of days.
pub fn totals(tx: &mut WorkspaceTx, kind: GroupKind, from: i64, until: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT d.group_id, d.total FROM report_groups g CROSS JOIN report_days d WHERE g.workspace_id = $1 \
               AND g.kind = $2 AND d.workspace_id = $1 AND d.kind = $2 AND d.group_id = g.group_id AND d.day >= $3 AND d.day < $4";
    tx.query_all(sql, params![kind, from, until], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The quarter-hour counts of all groups of a kind on one day.
pub fn quarters(tx: &mut WorkspaceTx, kind: GroupKind, day: i64) -> Result<Vec<(i64, Vec<u8>)>> {
    let sql = "SELECT d.group_id, d.quarters FROM report_groups g CROSS JOIN report_days d WHERE g.workspace_id = $1 \
               AND g.kind = $2 AND d.workspace_id = $1 AND d.kind = $2 AND d.group_id = g.group_id AND d.day = $3";
    tx.query_all(sql, params![kind, day], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The ids of the next conversations that were deleted and whose statistics were retained.
pub fn deleted_after(tx: &mut WorkspaceTx, id: ConversationId, limit: i64) -> Result<Vec<ConversationId>> {
    let sql = "SELECT id FROM deleted_conversations WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    tx.query_all(sql, params![id, limit], |row| row.get(0))
}
