//! The tags of contacts.

use super::contacts::ContactRole;
use super::conversation_tags::Tagging;
use super::record::{FromRow, row};
use super::{padded, padded_texts, places};
use crate::ids::{ContactId, Id, TagId};
use crate::{Hold, Result, WorkspaceTx, params};

fn select(which: &str) -> String {
    format!(
        "SELECT t.id, t.name, CAST(NULL AS BIGINT), l.applied_at, l.applied_by FROM contact_tags l JOIN tags t \
         ON t.workspace_id = l.workspace_id AND t.id = l.tag_id WHERE l.workspace_id = $1 AND l.contact_id = $2{which}"
    )
}

/// The tags of a contact, oldest tag first.
pub fn of_contact(tx: &mut WorkspaceTx, contact: ContactId) -> Result<Vec<Tagging>> {
    tx.query_all(&select(" ORDER BY t.id"), params![contact], Tagging::from_row)
}

/// One tag of a contact, if it has it.
pub fn get(tx: &mut WorkspaceTx, contact: ContactId, tag: TagId) -> Result<Option<Tagging>> {
    tx.query_opt(&select(" AND t.id = $3"), params![contact, tag], Tagging::from_row)
}

row! {
    /// An active contact that is about to be tagged.
    #[derive(Debug, Clone)]
    pub struct Person {
        id: ContactId,
        role: ContactRole,
    }
}

/// The active ones of these contacts, locked against other writers until the transaction ends.
pub fn lock_active(tx: &mut WorkspaceTx, ids: &[ContactId]) -> Result<Vec<Person>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    // Ordered, so that concurrent transactions that lock the same contacts do not deadlock.
    let sql = format!(
        "SELECT id, role FROM contacts WHERE workspace_id = $1 AND id IN ({}) AND state = 'active' ORDER BY id{}",
        places(2, values.len()),
        tx.hold(Hold::Change)
    );
    tx.query_all(&sql, &values, Person::from_row)
}

/// The contacts with these external ids.
pub fn by_external_ids(tx: &mut WorkspaceTx, texts: &[&str]) -> Result<Vec<(String, ContactId)>> {
    let sql = "SELECT external_id, id FROM contacts WHERE workspace_id = $1 AND external_id IN (@) AND external_id IS NOT NULL \
         AND state <> 'merged'";
    by_texts(tx, sql, texts)
}

/// The users with these folded email addresses.
pub fn by_email_keys(tx: &mut WorkspaceTx, texts: &[&str]) -> Result<Vec<(String, ContactId)>> {
    let sql = "SELECT email_key, id FROM contacts WHERE workspace_id = $1 AND email_key IN (@) AND email_key IS NOT NULL \
         AND role = 'user' AND state <> 'merged'";
    by_texts(tx, sql, texts)
}

pub(super) fn by_texts<I: Id>(tx: &mut WorkspaceTx, sql: &str, texts: &[&str]) -> Result<Vec<(String, I)>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded_texts(texts);
    let sql = sql.replace('@', &places(2, values.len()));
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}
