//! Companies, their plans, and the names of their tags.

use std::collections::HashMap;

use super::column_enum::column_enum;
use super::record::{FromRow, Record, record, select};
use super::{changed_at, padded, places};
use crate::ids::{CompanyId, Id, PlanId, TagId};
use crate::{Hold, Result, Row, WorkspaceTx, params};

column_enum! {
    /// Whether a company is in use.
    #[derive(Default)]
    pub enum CompanyState {
        #[default]
        Active = "active",
        Archived = "archived",
    }
}

record! {
    /// A company's row. Times are unix seconds.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Company in "companies", key (id: CompanyId) {
        id: CompanyId,
        state: CompanyState,
        /// The client's id.
        company_id: String,
        name: Option<String>,
        name_key: Option<String>,
        plan_id: Option<PlanId>,
        size: Option<i64>,
        website: Option<String>,
        industry: Option<String>,
        monthly_spend: i64,
        session_count: i64,
        user_count: i64,
        remote_created_at: Option<i64>,
        last_request_at: Option<i64>,
        created_at: i64,
        updated_at: i64,
        /// A JSON object.
        custom_attributes: String,
    }
    pub fn get, lock, hold, get_many, insert_new, update;
}

/// The active company with this `company_id`, locked for update in a write.
pub fn by_company_id(tx: &mut WorkspaceTx, company_id: &str) -> Result<Option<Company>> {
    let sql = select!(Company, " AND company_id = $2 AND state = 'active'", tx, Hold::Change);
    Company::locked(tx, sql, params![company_id])
}

/// The oldest active company with this name.
pub fn by_name(tx: &mut WorkspaceTx, name_key: &str) -> Result<Option<Company>> {
    let sql = select!(Company, " AND name_key = $2 AND state = 'active' ORDER BY id LIMIT 1");
    tx.query_opt(sql, params![name_key], Company::from_row)
}

/// Companies that lists show, after an id, in the order of ids.
pub fn after(tx: &mut WorkspaceTx, id: CompanyId, limit: i64) -> Result<Vec<Company>> {
    let sql = select!(Company, " AND state = 'active' AND user_count > 0 AND id > $2 ORDER BY id LIMIT $3");
    tx.query_all(sql, params![id, limit], Company::from_row)
}

/// Records the time of a change of a company.
pub fn touch(tx: &mut WorkspaceTx, id: CompanyId) -> Result<()> {
    let now = tx.now();
    let sql = format!("UPDATE companies SET {} WHERE workspace_id = $1 AND id = $3", changed_at(2));
    tx.send(&sql, params![now, id])
}

/// The id of the plan with this name, which is created if there is none.
pub fn plan_id(tx: &mut WorkspaceTx, name: &str) -> Result<PlanId> {
    let find = "SELECT id FROM plans WHERE workspace_id = $1 AND name = $2";
    if let Some(id) = tx.query_opt(find, params![name], |row| row.get(0))? {
        return Ok(id);
    }
    let id = tx.mint();
    let made = tx.execute(
        "INSERT INTO plans (workspace_id, id, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        params![id, name],
    )?;
    // Another transaction may have created it concurrently. Its row is visible once our insert has yielded to it.
    if made == 1 {
        return Ok(id);
    }
    tx.query_opt(find, params![name], |row| row.get(0))?.ok_or_else(|| tx.collided("plans"))
}

/// The names of plans by their ids.
pub fn plan_names(tx: &mut WorkspaceTx, ids: &[PlanId]) -> Result<HashMap<PlanId, String>> {
    let sql = "SELECT id, name FROM plans WHERE workspace_id = $1 AND id IN (@)";
    let rows = of_many(tx, ids, sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

/// The tags of companies (company, tag and name), ordered by tag.
pub fn tags(tx: &mut WorkspaceTx, ids: &[CompanyId]) -> Result<Vec<(CompanyId, TagId, String)>> {
    let sql = "SELECT l.company_id, t.id, t.name FROM company_tags l JOIN tags t ON t.workspace_id = l.workspace_id AND t.id = l.tag_id \
               WHERE l.workspace_id = $1 AND l.company_id IN (@) ORDER BY 1, 2";
    of_many(tx, ids, sql, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Rows about several objects; `@` in the statement stands for their ids.
pub(super) fn of_many<I: Id, T>(
    tx: &mut WorkspaceTx,
    ids: &[I],
    sql: &str,
    map: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    tx.query_all(&sql.replace('@', &places(2, values.len())), &values, map)
}
