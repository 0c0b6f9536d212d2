//! Which companies have which tags.

use super::{contact_tags, padded, places};
use crate::{Result, Tx, Value, params};

/// Of these companies the active ones, held against other writers until the transaction ends.
pub fn lock_active(tx: &mut Tx<'_>, workspace: &str, ids: &[i64]) -> Result<Vec<i64>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(workspace)];
    values.extend(padded(ids));
    let sql = format!(
        "SELECT id FROM companies WHERE workspace_id = $1 AND id IN ({}) AND state = 'active' ORDER BY id{}",
        places(2, values.len() - 1),
        tx.for_update()
    );
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// Which companies have these ids of the caller's own.
pub fn by_company_ids(tx: &mut Tx<'_>, workspace: &str, texts: &[&str]) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT company_id, id FROM companies WHERE workspace_id = $1 AND company_id IN (@) AND state = 'active'";
    contact_tags::by_texts(tx, workspace, sql, texts)
}

/// Which of these companies have the tag.
pub fn tagged(tx: &mut Tx<'_>, workspace: &str, tag: i64, companies: &[i64]) -> Result<Vec<i64>> {
    if companies.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(workspace), Value::from(tag)];
    values.extend(padded(companies));
    let sql = format!(
        "SELECT company_id FROM company_tags WHERE workspace_id = $1 AND tag_id = $2 AND company_id IN ({})",
        places(3, values.len() - 2)
    );
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// Puts the tag on companies that do not have it.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, tag: i64, by: Option<i64>, companies: &[i64]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let mut values = vec![Value::from(tag), Value::from(now), Value::from(by), Value::from(workspace)];
    values.extend(padded(companies));
    let sql = format!(
        "INSERT INTO company_tags (workspace_id, company_id, tag_id, applied_at, applied_by) \
         SELECT workspace_id, id, CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM companies \
         WHERE workspace_id = $4 AND id IN ({})",
        places(5, values.len() - 4)
    );
    tx.execute(&sql, &values)?;
    touch(tx, workspace, companies)
}

/// Takes the tag off companies that have it.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, tag: i64, companies: &[i64]) -> Result<()> {
    if companies.is_empty() {
        return Ok(());
    }
    let mut values = vec![Value::from(workspace), Value::from(tag)];
    values.extend(padded(companies));
    let sql = format!(
        "DELETE FROM company_tags WHERE workspace_id = $1 AND tag_id = $2 AND company_id IN ({})",
        places(3, values.len() - 2)
    );
    tx.execute(&sql, &values)?;
    touch(tx, workspace, companies)
}

fn touch(tx: &mut Tx<'_>, workspace: &str, companies: &[i64]) -> Result<()> {
    let mut values = vec![Value::from(tx.now()), Value::from(workspace)];
    values.extend(padded(companies));
    let sql = format!(
        "UPDATE companies SET updated_at = $1 WHERE workspace_id = $2 AND id IN ({})",
        places(3, values.len() - 2)
    );
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Takes a tag off every company.
pub fn delete_tag(tx: &mut Tx<'_>, workspace: &str, tag: i64) -> Result<()> {
    let now = tx.now();
    tx.execute(
        "UPDATE companies SET updated_at = $1 WHERE workspace_id = $2 AND id IN \
         (SELECT company_id FROM company_tags WHERE workspace_id = $2 AND tag_id = $3)",
        params![now, workspace, tag],
    )?;
    tx.execute("DELETE FROM company_tags WHERE workspace_id = $1 AND tag_id = $2", params![workspace, tag])?;
    Ok(())
}
