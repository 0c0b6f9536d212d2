//! The companies of contacts. The counts on both sides are maintained here, with the rows.

use super::changed_at;
use crate::ids::{CompanyId, ContactId};
use crate::{Hold, Result, WorkspaceTx, params};

/// Whether a contact belongs to a company.
pub fn exists(tx: &mut WorkspaceTx, contact: ContactId, company: CompanyId) -> Result<bool> {
    let sql = "SELECT 1 FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2 AND company_id = $3";
    Ok(tx.query_opt(sql, params![contact, company], |_| Ok(()))?.is_some())
}

/// Attaches a contact. Returns false if it was already attached.
pub fn attach(tx: &mut WorkspaceTx, contact: ContactId, company: CompanyId) -> Result<bool> {
    let now = tx.now();
    let added = tx.execute(
        "INSERT INTO contact_companies (workspace_id, contact_id, company_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        params![contact, company, now],
    )?;
    if added == 1 {
        count(tx, contact, company, 1)?;
    }
    Ok(added == 1)
}

/// Detaches a contact. Returns false if it was not attached.
pub fn detach(tx: &mut WorkspaceTx, contact: ContactId, company: CompanyId) -> Result<bool> {
    let removed = tx.execute(
        "DELETE FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2 AND company_id = $3",
        params![contact, company],
    )?;
    if removed == 1 {
        count(tx, contact, company, -1)?;
    }
    Ok(removed == 1)
}

/// Updates the counts on both sides, and the times of their last change.
fn count(tx: &mut WorkspaceTx, contact: ContactId, company: CompanyId, by: i64) -> Result<()> {
    let now = tx.now();
    let changed = changed_at(3);
    let sql = format!(
        "UPDATE contacts SET company_count = company_count + $2, {changed} WHERE workspace_id = $1 AND id = $4"
    );
    tx.send(&sql, params![by, now, contact])?;
    let sql =
        format!("UPDATE companies SET user_count = user_count + $2, {changed} WHERE workspace_id = $1 AND id = $4");
    tx.send(&sql, params![by, now, company])
}

/// Locks the companies of a contact against other writers until the transaction ends.
pub fn lock_companies(tx: &mut WorkspaceTx, contact: ContactId) -> Result<()> {
    let sql = format!(
        "SELECT id FROM companies WHERE workspace_id = $1 AND id IN \
         (SELECT company_id FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2) ORDER BY id{}",
        tx.hold(Hold::Change)
    );
    tx.query_all(&sql, params![contact], |_| Ok(()))?;
    Ok(())
}

/// Updates the counts of all companies of a contact that becomes active or inactive without being attached or detached.
pub fn count_all(tx: &mut WorkspaceTx, contact: ContactId, by: i64) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "UPDATE companies SET user_count = user_count + $2, {} WHERE workspace_id = $1 AND id IN \
         (SELECT company_id FROM contact_companies WHERE workspace_id = $1 AND contact_id = $4)",
        changed_at(3)
    );
    tx.send(&sql, params![by, now, contact])
}

/// Detaches all contacts of a company, archived ones too, and removes its tags.
pub fn detach_all(tx: &mut WorkspaceTx, company: CompanyId) -> Result<()> {
    let now = tx.now();
    let sql = format!(
        "UPDATE contacts SET company_count = company_count - 1, {} WHERE workspace_id = $1 AND id IN \
         (SELECT contact_id FROM contact_companies WHERE workspace_id = $1 AND company_id = $3)",
        changed_at(2)
    );
    tx.send(&sql, params![now, company])?;
    for table in ["contact_companies", "company_tags"] {
        let sql = format!("DELETE FROM {table} WHERE workspace_id = $1 AND company_id = $2");
        tx.send(&sql, params![company])?;
    }
    Ok(())
}

/// How many companies a contact has, and a page of them, oldest first.
pub fn companies_of(
    tx: &mut WorkspaceTx,
    contact: ContactId,
    offset: i64,
    limit: i64,
) -> Result<(i64, Vec<CompanyId>)> {
    let total = tx.query_one(
        "SELECT count(*) FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2",
        params![contact],
        |row| row.get(0),
    )?;
    let ids = tx.query_all(
        "SELECT company_id FROM contact_companies WHERE workspace_id = $1 AND contact_id = $2 ORDER BY company_id LIMIT $3 OFFSET $4",
        params![contact, limit, offset],
        |row| row.get(0),
    )?;
    Ok((total, ids))
}

/// How many active contacts a company has, and a page of them, oldest first.
pub fn contacts_of(tx: &mut WorkspaceTx, company: CompanyId, offset: i64, limit: i64) -> Result<(i64, Vec<ContactId>)> {
    let from = "FROM contact_companies l JOIN contacts c ON c.workspace_id = l.workspace_id AND c.id = l.contact_id \
                WHERE l.workspace_id = $1 AND l.company_id = $2 AND c.state = 'active'";
    let total = tx.query_one(&format!("SELECT count(*) {from}"), params![company], |row| row.get(0))?;
    let sql = format!("SELECT l.contact_id {from} ORDER BY l.contact_id LIMIT $3 OFFSET $4");
    let ids = tx.query_all(&sql, params![company, limit, offset], |row| row.get(0))?;
    Ok((total, ids))
}
