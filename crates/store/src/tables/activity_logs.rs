//! The activity log.

use super::places;
use super::record::{FromRow, record};
use crate::ids::{ActivityLogId, AdminId};
use crate::{ActorType, Result, Value, WorkspaceTx};

record! {
    /// An entry's row.
    #[derive(Debug, Clone, Default)]
    pub struct ActivityLog in "activity_logs", key (id: ActivityLogId) {
        id: ActivityLogId,
        uuid: String,
        actor_type: ActorType,
        /// `None` for the operator on the command line.
        actor_id: Option<i64>,
        admin_email: Option<String>,
        ip: Option<String>,
        activity_type: String,
        activity_description: String,
        /// JSON.
        metadata: String,
        created_at: i64,
    }
    pub fn get, insert;
}

/// A filter of entries.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only entries of this second or later.
    pub from: i64,
    /// Only entries of this second or earlier.
    pub until: i64,
    /// Only entries of these types; empty for all.
    pub types: Vec<String>,
    /// Only entries of none of these types.
    pub without: Vec<&'static str>,
    /// Only entries up to this id, so that pages are stable.
    pub newest: ActivityLogId,
    /// Only entries by this admin.
    pub admin: Option<AdminId>,
}

impl Filter {
    fn clause(&self) -> String {
        let among = |operator: &str, first: usize, count: usize| match count {
            0 => String::new(),
            _ => format!(" AND activity_type {operator} ({})", places(first, count)),
        };
        let (types, without) = (self.types.len(), self.without.len());
        let by = self.admin.map(|_| format!(" AND actor_type = 'admin' AND actor_id = ${}", 5 + types + without));
        format!(
            "FROM activity_logs WHERE workspace_id = $1 AND created_at >= $2 AND created_at <= $3 AND id <= $4{}{}{}",
            among("IN", 5, types),
            among("NOT IN", 5 + types, without),
            by.unwrap_or_default(),
        )
    }

    fn values(&self) -> Vec<Value<'_>> {
        let mut values = vec![Value::Int(self.from), Value::Int(self.until), self.newest.into()];
        values.extend(self.types.iter().map(|t| Value::Text(t)));
        values.extend(self.without.iter().map(|t| Value::Text(t)));
        values.extend(self.admin.map(Value::from));
        values
    }
}

/// Entries, newest first.
pub fn page(tx: &mut WorkspaceTx, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<ActivityLog>> {
    let mut values = filter.values();
    let next = values.len() + 2;
    let sql = format!(
        "SELECT {} {} ORDER BY created_at DESC, id DESC LIMIT ${next} OFFSET ${}",
        ActivityLog::SELECTED,
        filter.clause(),
        next + 1
    );
    values.extend([Value::Int(limit), Value::Int(offset)]);
    tx.query_all(&sql, &values, ActivityLog::from_row)
}

/// How many entries there are.
pub fn count(tx: &mut WorkspaceTx, filter: &Filter) -> Result<i64> {
    tx.query_one(&format!("SELECT count(*) {}", filter.clause()), &filter.values(), |row| row.get(0))
}

/// Entries before one, newest first.
pub fn before(
    tx: &mut WorkspaceTx,
    filter: &Filter,
    (at, id): (i64, ActivityLogId),
    limit: i64,
) -> Result<Vec<ActivityLog>> {
    let mut values = filter.values();
    let next = values.len() + 2;
    let sql = format!(
        "SELECT {} {} AND (created_at, id) < (${next}, ${}) ORDER BY created_at DESC, id DESC LIMIT ${}",
        ActivityLog::SELECTED,
        filter.clause(),
        next + 1,
        next + 2
    );
    values.extend([Value::Int(at), id.into(), Value::Int(limit)]);
    tx.query_all(&sql, &values, ActivityLog::from_row)
}
