//! Instances of custom objects.

use super::record::{FromRow, Record, record, select};
use super::{changed_at, padded, padded_texts, places};
use crate::ids::{ContactId, ConversationId, ObjectInstanceId, ObjectTypeId};
use crate::{Hold, Result, Value, WorkspaceTx, params};

record! {
    /// An instance's row. Times are unix seconds.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Instance in "custom_object_instances", key (id: ObjectInstanceId), unique "(workspace_id, type_id, external_id)" {
        id: ObjectInstanceId,
        type_id: ObjectTypeId,
        external_id: String,
        external_created_at: Option<i64>,
        external_updated_at: Option<i64>,
        /// A JSON object.
        custom_attributes: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn insert_new, update, delete;
}

/// One instance of a type.
pub fn get(tx: &mut WorkspaceTx, type_id: ObjectTypeId, id: ObjectInstanceId) -> Result<Option<Instance>> {
    let sql = select!(Instance, " AND type_id = $2 AND id = $3");
    tx.query_opt(sql, params![type_id, id], Instance::from_row)
}

/// The instance of a type with this external id.
pub fn by_external_id(tx: &mut WorkspaceTx, type_id: ObjectTypeId, external_id: &str) -> Result<Option<Instance>> {
    let sql = select!(Instance, " AND type_id = $2 AND external_id = $3");
    tx.query_opt(sql, params![type_id, external_id], Instance::from_row)
}

/// The same, locked against other writers until the transaction ends.
pub fn lock_by_external_id(tx: &mut WorkspaceTx, type_id: ObjectTypeId, external_id: &str) -> Result<Option<Instance>> {
    let sql = select!(Instance, " AND type_id = $2 AND external_id = $3", tx, Hold::Change);
    Instance::locked(tx, sql, params![type_id, external_id])
}

/// Several instances, whatever their types, in the order of their ids.
pub fn get_many(tx: &mut WorkspaceTx, ids: &[ObjectInstanceId]) -> Result<Vec<Instance>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql = Instance::select(&format!(" AND id IN ({}) ORDER BY id", places(2, values.len())));
    tx.query_all(&sql, &values, Instance::from_row)
}

/// Those of these ids that are instances of a type.
pub fn known(tx: &mut WorkspaceTx, type_id: ObjectTypeId, ids: &[ObjectInstanceId]) -> Result<Vec<ObjectInstanceId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(type_id)];
    values.extend(padded(ids));
    let sql = format!(
        "SELECT id FROM custom_object_instances WHERE workspace_id = $1 AND type_id = $2 AND id IN ({})",
        places(3, values.len() - 1)
    );
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// Those of these ids that are instances, locked as `hold` says.
pub fn hold_many(tx: &mut WorkspaceTx, ids: &[ObjectInstanceId], hold: Hold) -> Result<Vec<ObjectInstanceId>> {
    let hold = tx.hold(hold);
    locked(tx, ids, hold)
}

fn locked(tx: &mut WorkspaceTx, ids: &[ObjectInstanceId], lock: &str) -> Result<Vec<ObjectInstanceId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    // Ordered, so that concurrent transactions that lock the same instances do not deadlock.
    let sql = format!(
        "SELECT id FROM custom_object_instances WHERE workspace_id = $1 AND id IN ({}) ORDER BY id{lock}",
        places(2, values.len())
    );
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// The instances of a type with these external ids: external id and id.
pub fn by_external_ids(
    tx: &mut WorkspaceTx,
    type_id: ObjectTypeId,
    texts: &[&str],
) -> Result<Vec<(String, ObjectInstanceId)>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(type_id)];
    values.extend(padded_texts(texts));
    let sql = format!(
        "SELECT external_id, id FROM custom_object_instances WHERE workspace_id = $1 AND type_id = $2 AND external_id IN ({})",
        places(3, values.len() - 1)
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Records the time of a change of these instances. Skips those that another transaction has locked.
pub fn touch(tx: &mut WorkspaceTx, ids: &[ObjectInstanceId]) -> Result<()> {
    let lock = tx.hold_free();
    let ids = locked(tx, ids, lock)?;
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = vec![Value::from(tx.now())];
    values.extend(padded(&ids));
    let sql = format!(
        "UPDATE custom_object_instances SET {} WHERE workspace_id = $1 AND id IN ({})",
        changed_at(2),
        places(3, values.len() - 1)
    );
    tx.send(&sql, &values)
}

/// Whether a type has any instance.
pub fn any(tx: &mut WorkspaceTx, type_id: ObjectTypeId) -> Result<bool> {
    let sql = "SELECT 1 FROM custom_object_instances WHERE workspace_id = $1 AND type_id = $2 LIMIT 1";
    Ok(tx.query_opt(sql, params![type_id], |_| Ok(()))?.is_some())
}

/// A filter of the instances of a type.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// Only instances linked to this contact.
    pub contact: Option<ContactId>,
    /// Only instances linked to this conversation or ticket.
    pub conversation: Option<ConversationId>,
}

/// The SQL condition, and the values of its placeholders.
fn condition(type_id: ObjectTypeId, which: Which) -> (String, Vec<Value<'static>>) {
    let mut sql = "workspace_id = $1 AND type_id = $2".to_owned();
    let mut values = vec![Value::from(type_id)];
    for (kinds, object) in [
        ("'contact'", which.contact.map(Value::from)),
        ("'conversation', 'ticket'", which.conversation.map(Value::from)),
    ] {
        if let Some(object) = object {
            values.push(object);
            let links = format!("workspace_id = $1 AND object_kind IN ({kinds}) AND object_id = ${}", values.len() + 1);
            sql.push_str(" AND id IN (SELECT instance_id FROM custom_object_links WHERE ");
            sql.push_str(&links);
            sql.push(')');
        }
    }
    (sql, values)
}

/// How many instances there are.
pub fn count(tx: &mut WorkspaceTx, type_id: ObjectTypeId, which: Which) -> Result<i64> {
    let (condition, values) = condition(type_id, which);
    let sql = format!("SELECT count(*) FROM custom_object_instances WHERE {condition}");
    tx.query_one(&sql, &values, |row| row.get(0))
}

/// A page of their ids, newest first.
pub fn page(
    tx: &mut WorkspaceTx,
    type_id: ObjectTypeId,
    which: Which,
    offset: i64,
    limit: i64,
) -> Result<Vec<ObjectInstanceId>> {
    let (condition, mut values) = condition(type_id, which);
    values.extend([Value::from(limit), Value::from(offset)]);
    // The offset skips entries of the index only.
    let sql = format!(
        "SELECT id FROM custom_object_instances WHERE {condition} ORDER BY id DESC LIMIT ${} OFFSET ${}",
        values.len(),
        values.len() + 1
    );
    tx.query_all(&sql, &values, |row| row.get(0))
}
