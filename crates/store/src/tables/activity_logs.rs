//! What admins did to the workspace.

use super::places;
use crate::{Result, Row, Tx, Value, params};

/// An entry's row.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct ActivityLog {
    pub id: i64,
    pub uuid: String,
    /// None when the operator did it on the command line.
    pub admin_id: Option<i64>,
    pub admin_email: Option<String>,
    pub ip: Option<String>,
    pub activity_type: String,
    pub activity_description: String,
    /// JSON.
    pub metadata: String,
    pub created_at: i64,
}

const COLUMNS: &str = "id, uuid, admin_id, admin_email, ip, activity_type, activity_description, metadata, created_at";

fn from_row(row: &Row<'_>) -> Result<ActivityLog> {
    Ok(ActivityLog {
        id: row.get(0)?,
        uuid: row.get(1)?,
        admin_id: row.get(2)?,
        admin_email: row.get(3)?,
        ip: row.get(4)?,
        activity_type: row.get(5)?,
        activity_description: row.get(6)?,
        metadata: row.get(7)?,
        created_at: row.get(8)?,
    })
}

/// Writes an entry.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, a: &ActivityLog) -> Result<()> {
    tx.execute(
        &format!(
            "INSERT INTO activity_logs (workspace_id, {COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        params![
            workspace,
            a.id,
            &a.uuid,
            a.admin_id,
            &a.admin_email,
            &a.ip,
            &a.activity_type,
            &a.activity_description,
            &a.metadata,
            a.created_at
        ],
    )?;
    Ok(())
}

/// Which entries are asked for.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Made at this second or later.
    pub from: i64,
    /// Made at this second or before.
    pub until: i64,
    /// Of these types; empty for all.
    pub types: Vec<String>,
    /// Made no later than the entry of this id, so that pages stay where they were.
    pub newest: i64,
}

impl Filter {
    fn clause(&self) -> String {
        let types = if self.types.is_empty() {
            String::new()
        } else {
            format!(" AND activity_type IN ({})", places(5, self.types.len()))
        };
        format!(
            "FROM activity_logs WHERE workspace_id = $1 AND created_at >= $2 AND created_at <= $3 AND id <= $4{types}"
        )
    }

    fn values<'v>(&'v self, workspace: &'v str) -> Vec<Value<'v>> {
        let mut values =
            vec![Value::Text(workspace), Value::Int(self.from), Value::Int(self.until), Value::Int(self.newest)];
        values.extend(self.types.iter().map(|t| Value::Text(t)));
        values
    }
}

/// Entries, newest first.
pub fn page(tx: &mut Tx<'_>, workspace: &str, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<ActivityLog>> {
    let mut values = filter.values(workspace);
    let next = values.len() + 1;
    let sql = format!(
        "SELECT {COLUMNS} {} ORDER BY created_at DESC, id DESC LIMIT ${next} OFFSET ${}",
        filter.clause(),
        next + 1
    );
    values.extend([Value::Int(limit), Value::Int(offset)]);
    tx.query_all(&sql, &values, from_row)
}

/// How many entries there are.
pub fn count(tx: &mut Tx<'_>, workspace: &str, filter: &Filter) -> Result<i64> {
    tx.query_one(&format!("SELECT count(*) {}", filter.clause()), &filter.values(workspace), |row| row.get(0))
}
