//! Companies, their plans, and the names of what is on them.

use std::collections::HashMap;

use super::{padded, places};
use crate::{Hold, Result, Row, Value, WorkspaceTx, params};

/// A company's row. Times are unix seconds.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Company {
    pub id: i64,
    pub state: String,
    /// The caller's own id.
    pub company_id: String,
    pub name: Option<String>,
    pub name_key: Option<String>,
    pub plan_id: Option<i64>,
    pub size: Option<i64>,
    pub website: Option<String>,
    pub industry: Option<String>,
    pub monthly_spend: i64,
    pub session_count: i64,
    pub user_count: i64,
    pub remote_created_at: Option<i64>,
    pub last_request_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
    /// A JSON object.
    pub custom_attributes: String,
}

const COLUMNS: &str = "id, state, company_id, name, name_key, plan_id, size, website, industry, monthly_spend, session_count, \
     user_count, remote_created_at, last_request_at, created_at, updated_at, custom_attributes";
/// How many columns `COLUMNS` names.
const WIDTH: usize = 17;

fn from_row(row: &Row<'_>) -> Result<Company> {
    Ok(Company {
        id: row.get(0)?,
        state: row.get(1)?,
        company_id: row.get(2)?,
        name: row.get(3)?,
        name_key: row.get(4)?,
        plan_id: row.get(5)?,
        size: row.get(6)?,
        website: row.get(7)?,
        industry: row.get(8)?,
        monthly_spend: row.get(9)?,
        session_count: row.get(10)?,
        user_count: row.get(11)?,
        remote_created_at: row.get(12)?,
        last_request_at: row.get(13)?,
        created_at: row.get(14)?,
        updated_at: row.get(15)?,
        custom_attributes: row.get(16)?,
    })
}

impl Company {
    /// The values in the order of `COLUMNS`.
    fn values(&self) -> [Value<'_>; WIDTH] {
        [
            self.id.into(),
            self.state.as_str().into(),
            self.company_id.as_str().into(),
            self.name.as_deref().into(),
            self.name_key.as_deref().into(),
            self.plan_id.into(),
            self.size.into(),
            self.website.as_deref().into(),
            self.industry.as_deref().into(),
            self.monthly_spend.into(),
            self.session_count.into(),
            self.user_count.into(),
            self.remote_created_at.into(),
            self.last_request_at.into(),
            self.created_at.into(),
            self.updated_at.into(),
            self.custom_attributes.as_str().into(),
        ]
    }
}

/// One company, in whatever state.
pub fn get(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Company>> {
    let sql = format!("SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND id = $2");
    tx.query_opt(&sql, params![id], from_row)
}

/// The same, held to be changed.
pub fn lock(tx: &mut WorkspaceTx, id: i64) -> Result<Option<Company>> {
    hold(tx, id, Hold::Change)
}

/// The same, held in any way.
pub fn hold(tx: &mut WorkspaceTx, id: i64, hold: Hold) -> Result<Option<Company>> {
    let hold = tx.hold(hold);
    let sql = format!("SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND id = $2{hold}");
    tx.query_opt(&sql, params![id], from_row)
}

/// Several companies, in the order of the ids; unknown ones are left out.
pub fn get_many(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<Vec<Company>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql =
        format!("SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND id IN ({})", places(2, values.len()));
    let rows = tx.query_all(&sql, &values, from_row)?;
    let mut found: HashMap<i64, Company> = rows.into_iter().map(|c| (c.id, c)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The active company that the caller knows by this id; a write holds it to change it.
pub fn by_company_id(tx: &mut WorkspaceTx, company_id: &str) -> Result<Option<Company>> {
    let lock = tx.hold(Hold::Change);
    let sql = format!(
        "SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND company_id = $2 AND state = 'active'{lock}"
    );
    tx.query_opt(&sql, params![company_id], from_row)
}

/// The oldest active company of this name.
pub fn by_name(tx: &mut WorkspaceTx, name_key: &str) -> Result<Option<Company>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND name_key = $2 AND state = 'active' ORDER BY id LIMIT 1"
    );
    tx.query_opt(&sql, params![name_key], from_row)
}

/// Companies that lists show, after an id, in the order of ids.
pub fn after(tx: &mut WorkspaceTx, id: i64, limit: i64) -> Result<Vec<Company>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM companies WHERE workspace_id = $1 AND state = 'active' AND user_count > 0 AND id > $2 ORDER BY id LIMIT $3"
    );
    tx.query_all(&sql, params![id, limit], from_row)
}

/// Adds a company; false when its `company_id` is taken.
pub fn insert(tx: &mut WorkspaceTx, company: &Company) -> Result<bool> {
    let sql = format!(
        "INSERT INTO companies (workspace_id, {COLUMNS}) VALUES ({}) ON CONFLICT DO NOTHING",
        places(1, WIDTH + 1)
    );
    Ok(tx.execute(&sql, &company.values())? == 1)
}

/// Writes all columns of a company.
pub fn update(tx: &mut WorkspaceTx, company: &Company) -> Result<()> {
    let set: Vec<String> = COLUMNS.split(", ").skip(1).zip(2..).map(|(column, i)| format!("{column} = ${i}")).collect();
    let sql = format!("UPDATE companies SET {} WHERE workspace_id = $1 AND id = ${}", set.join(", "), WIDTH + 1);
    let mut values = company.values();
    // The id, first of the columns, is the last of the parameters.
    values.rotate_left(1);
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Notes that something of a company changed.
pub fn touch(tx: &mut WorkspaceTx, id: i64) -> Result<()> {
    let now = tx.now();
    tx.execute("UPDATE companies SET updated_at = $2 WHERE workspace_id = $1 AND id = $3", params![now, id])?;
    Ok(())
}

/// The plan of this name, made now if there is none.
pub fn plan_id(tx: &mut WorkspaceTx, name: &str) -> Result<i64> {
    let find = "SELECT id FROM plans WHERE workspace_id = $1 AND name = $2";
    if let Some(id) = tx.query_opt(find, params![name], |row| row.get(0))? {
        return Ok(id);
    }
    let id = tx.mint();
    let made = tx.execute(
        "INSERT INTO plans (workspace_id, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        params![id, name],
    )?;
    // Someone else may have made it in between; theirs is visible once our own insertion has given way.
    if made == 1 {
        return Ok(id);
    }
    tx.query_opt(find, params![name], |row| row.get(0))?.ok_or_else(|| tx.collided("plans"))
}

/// The names of plans by their ids.
pub fn plan_names(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<HashMap<i64, String>> {
    let sql = "SELECT id, name FROM plans WHERE workspace_id = $1 AND id IN (@)";
    let rows = of_many(tx, ids, sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// The tags of companies: company, tag, name; by tag.
pub fn tags(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<Vec<(i64, i64, String)>> {
    let sql = "SELECT l.company_id, t.id, t.name FROM company_tags l JOIN tags t ON t.workspace_id = l.workspace_id AND t.id = l.tag_id \
               WHERE l.workspace_id = $1 AND l.company_id IN (@) ORDER BY 1, 2";
    of_many(tx, ids, sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Rows about several objects; `@` in the statement stands for their ids.
pub(super) fn of_many<T>(
    tx: &mut WorkspaceTx,
    ids: &[i64],
    sql: &str,
    map: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    tx.query_all(&sql.replace('@', &places(2, values.len())), &values, map)
}
