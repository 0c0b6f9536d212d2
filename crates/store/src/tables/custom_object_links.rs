//! Links of custom objects. A link is read from both ends, and written as a change of one end.

use super::contacts::ContactState;
use super::custom_object_types::TargetKind;
use super::{changed_at, padded, places};
use crate::ids::{ContactId, ConversationId, Id, ObjectInstanceId};
use crate::{Hold, Result, Value, WorkspaceTx, params};

/// An end of a link: the referring instance, or the referenced object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum End {
    Instance,
    Object,
}

impl End {
    const fn column(self) -> &'static str {
        match self {
            End::Instance => "instance_id",
            End::Object => "object_id",
        }
    }

    /// The other end.
    #[must_use]
    pub const fn other(self) -> End {
        match self {
            End::Instance => End::Object,
            End::Object => End::Instance,
        }
    }
}

/// The links of one attribute to objects of one kind.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub struct LinkSet {
    pub kind: TargetKind,
    /// Of a type of custom objects, or of conversations.
    pub attribute: i64,
}

/// The links that several ends of a kind show: this end, the attribute and the other end, in the order of their ids, at
/// most the `most` newest of each. `kinds` are the kinds of the objects if they are this end.
pub fn shown<I: Id>(
    tx: &mut WorkspaceTx,
    kinds: &[TargetKind],
    ids: &[I],
    attributes: Option<&[i64]>,
    most: i64,
) -> Result<Vec<(I, i64, i64)>> {
    if ids.is_empty() || attributes.is_some_and(<[i64]>::is_empty) {
        return Ok(Vec::new());
    }
    let end = if kinds.is_empty() { End::Instance } else { End::Object };
    let (this, other) = (end.column(), end.other().column());
    let mut values = vec![];
    let mut condition = "workspace_id = $1".to_owned();
    if !kinds.is_empty() {
        among_kinds(&mut condition, &mut values, kinds);
    }
    among(&mut condition, &mut values, this, ids);
    if let Some(attributes) = attributes {
        among(&mut condition, &mut values, "attribute_id", attributes);
    }
    values.push(most.into());
    let sql = format!(
        "SELECT {this}, attribute_id, {other} FROM (SELECT {this}, attribute_id, {other}, \
         ROW_NUMBER() OVER (PARTITION BY {this}, attribute_id ORDER BY {other} DESC) AS place \
         FROM custom_object_links WHERE {condition}) l WHERE place <= ${} ORDER BY {this}, attribute_id, {other}",
        values.len() + 1
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn among<I: Id>(condition: &mut String, values: &mut Vec<Value<'_>>, column: &str, ids: &[I]) {
    let ids = padded(ids);
    let places = places(values.len() + 2, ids.len());
    for part in [" AND ", column, " IN (", &places, ")"] {
        condition.push_str(part);
    }
    values.extend(ids);
}

fn among_kinds(condition: &mut String, values: &mut Vec<Value<'_>>, kinds: &[TargetKind]) {
    let places = places(values.len() + 2, kinds.len());
    for part in [" AND object_kind IN (", &places, ")"] {
        condition.push_str(part);
    }
    values.extend(kinds.iter().map(Value::from));
}

/// All links of an attribute at these ends: object and instance.
pub fn links(tx: &mut WorkspaceTx, of: LinkSet, end: End, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(of.kind), Value::from(of.attribute)];
    let mut condition = "workspace_id = $1 AND object_kind = $2 AND attribute_id = $3".to_owned();
    among(&mut condition, &mut values, end.column(), ids);
    let sql = format!(
        "SELECT object_id, instance_id FROM custom_object_links WHERE {condition} ORDER BY object_id, instance_id"
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Links one end to others.
pub fn insert(tx: &mut WorkspaceTx, of: LinkSet, (end, id): (End, i64), others: &[i64]) -> Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    let (this, other) = (end.column(), end.other().column());
    let mut values = vec![Value::from(of.kind), Value::from(of.attribute), Value::from(id)];
    let others = padded(others);
    let rows: Vec<String> = (5..5 + others.len()).map(|place| format!("($1, $2, $3, $4, ${place})")).collect();
    values.extend(others);
    let sql = format!(
        "INSERT INTO custom_object_links (workspace_id, object_kind, attribute_id, {this}, {other}) VALUES {} ON CONFLICT DO NOTHING",
        rows.join(", ")
    );
    tx.send(&sql, &values)
}

/// Removes links of one end to others.
pub fn remove(tx: &mut WorkspaceTx, of: LinkSet, (end, id): (End, i64), others: &[i64]) -> Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    let mut values = vec![Value::from(of.kind), Value::from(of.attribute), Value::from(id)];
    let mut condition =
        format!("workspace_id = $1 AND object_kind = $2 AND attribute_id = $3 AND {} = $4", end.column());
    among(&mut condition, &mut values, end.other().column(), others);
    tx.send(&format!("DELETE FROM custom_object_links WHERE {condition}"), &values)
}

/// Removes all links of an attribute at these ends.
pub fn remove_all(tx: &mut WorkspaceTx, of: LinkSet, end: End, ids: &[i64]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = vec![Value::from(of.kind), Value::from(of.attribute)];
    let mut condition = "workspace_id = $1 AND object_kind = $2 AND attribute_id = $3".to_owned();
    among(&mut condition, &mut values, end.column(), ids);
    tx.send(&format!("DELETE FROM custom_object_links WHERE {condition}"), &values)
}

/// The number of links to an object, which may be of several kinds at once.
pub fn count(tx: &mut WorkspaceTx, kinds: &[TargetKind], id: i64) -> Result<i64> {
    let (condition, values) = to(kinds, id);
    tx.query_one(&format!("SELECT count(*) FROM custom_object_links WHERE {condition}"), &values, |row| row.get(0))
}

fn to(kinds: &[TargetKind], id: i64) -> (String, Vec<Value<'static>>) {
    let mut values = vec![Value::from(id)];
    let mut condition = "workspace_id = $1 AND object_id = $2".to_owned();
    among_kinds(&mut condition, &mut values, kinds);
    (condition, values)
}

/// The contacts that an instance refers to, through any attribute.
pub fn contacts_of(tx: &mut WorkspaceTx, instance: ObjectInstanceId) -> Result<Vec<ContactId>> {
    let sql = "SELECT DISTINCT object_id FROM custom_object_links WHERE workspace_id = $1 AND instance_id = $2 \
               AND object_kind = 'contact' ORDER BY object_id";
    tx.query_all(sql, params![instance], |row| row.get(0))
}

/// The instances that an instance refers to, or that refer to it.
pub fn instances_of(tx: &mut WorkspaceTx, instance: ObjectInstanceId) -> Result<Vec<ObjectInstanceId>> {
    let sql = "SELECT object_id FROM custom_object_links WHERE workspace_id = $1 AND instance_id = $2 AND object_kind = 'object' \
               UNION SELECT instance_id FROM custom_object_links WHERE workspace_id = $1 AND object_kind = 'object' AND object_id = $2";
    tx.query_all(sql, params![instance], |row| row.get(0))
}

/// Removes all links of an instance, in both directions.
pub fn delete_of_instance(tx: &mut WorkspaceTx, instance: ObjectInstanceId) -> Result<()> {
    tx.send("DELETE FROM custom_object_links WHERE workspace_id = $1 AND instance_id = $2", params![instance])?;
    delete_to(tx, &[TargetKind::Object], instance.number())
}

/// Removes all links to an object.
pub fn delete_to(tx: &mut WorkspaceTx, kinds: &[TargetKind], id: i64) -> Result<()> {
    let (condition, values) = to(kinds, id);
    tx.send(&format!("DELETE FROM custom_object_links WHERE {condition}"), &values)
}

/// Moves all links from one object to another of its kind. If an object may have only one instance and the other
/// already has one, that one stays. The instances are locked: a concurrent deletion of one would not find its new link.
pub fn move_all(tx: &mut WorkspaceTx, kind: TargetKind, from: i64, into: i64) -> Result<()> {
    let hold = tx.hold(Hold::Reference);
    if !hold.is_empty() {
        let sql = format!(
            "SELECT id FROM custom_object_instances WHERE workspace_id = $1 AND id IN (SELECT instance_id \
             FROM custom_object_links WHERE workspace_id = $1 AND object_kind = $2 AND object_id = $3) ORDER BY id{hold}"
        );
        tx.query_all(&sql, params![kind, from], |_| Ok(()))?;
    }
    tx.send(
        "INSERT INTO custom_object_links (workspace_id, object_kind, object_id, attribute_id, instance_id) \
         SELECT l.workspace_id, l.object_kind, CAST($2 AS BIGINT), l.attribute_id, l.instance_id FROM custom_object_links l \
         WHERE l.workspace_id = $1 AND l.object_kind = $3 AND l.object_id = $4 AND NOT EXISTS \
         (SELECT 1 FROM custom_object_attributes a JOIN custom_object_links o ON o.workspace_id = a.workspace_id AND o.attribute_id = a.id \
         WHERE a.workspace_id = l.workspace_id AND a.id = l.attribute_id AND NOT a.reverse_many \
         AND o.object_kind = $3 AND o.object_id = $2) ON CONFLICT DO NOTHING",
        params![into, kind, from],
    )?;
    delete_to(tx, &[kind], from)
}

/// The active ones of these contacts, locked against other writers until the transaction ends.
pub fn lock_contacts(tx: &mut WorkspaceTx, ids: &[ContactId]) -> Result<Vec<ContactId>> {
    let lock = tx.hold(Hold::Change);
    let found = locked(tx, ids, lock)?;
    Ok(found.into_iter().filter(|(_, state)| *state == ContactState::Active).map(|(id, _)| id).collect())
}

fn locked(tx: &mut WorkspaceTx, ids: &[ContactId], lock: &str) -> Result<Vec<(ContactId, ContactState)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![];
    let mut condition = "workspace_id = $1".to_owned();
    among(&mut condition, &mut values, "id", ids);
    let sql = format!("SELECT id, state FROM contacts WHERE {condition} ORDER BY id{lock}");
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Recounts the links of contacts and records the time of the change. Skips contacts that another transaction has
/// locked: adding a link requires the lock of the contact, so a count may be too high for a while, but never too low.
pub fn recount_contacts(tx: &mut WorkspaceTx, ids: &[ContactId]) -> Result<()> {
    let lock = tx.hold_free();
    let ids: Vec<ContactId> = locked(tx, ids, lock)?.into_iter().map(|(id, _)| id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let mut values = vec![Value::from(tx.now())];
    let mut condition = "workspace_id = $1".to_owned();
    among(&mut condition, &mut values, "id", &ids);
    let sql = format!(
        "UPDATE contacts SET {}, object_count = (SELECT count(*) FROM custom_object_links l \
         WHERE l.workspace_id = $1 AND l.object_kind = 'contact' AND l.object_id = contacts.id) WHERE {condition}",
        changed_at(2)
    );
    tx.send(&sql, &values)
}

/// The external ids of these contacts, in the order of their ids.
pub fn contacts(tx: &mut WorkspaceTx, ids: &[ContactId]) -> Result<Vec<(ContactId, Option<String>)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![];
    let mut condition = "workspace_id = $1".to_owned();
    among(&mut condition, &mut values, "id", ids);
    let sql = format!("SELECT id, external_id FROM contacts WHERE {condition} ORDER BY id");
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Those of these ids that are conversations, or only tickets, locked as `hold` says in a write.
pub fn conversations(
    tx: &mut WorkspaceTx,
    ids: &[ConversationId],
    is_ticket: Option<bool>,
    hold: Hold,
) -> Result<Vec<ConversationId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![];
    let mut condition = "workspace_id = $1".to_owned();
    among(&mut condition, &mut values, "id", ids);
    match is_ticket {
        Some(true) => condition.push_str(" AND is_ticket"),
        Some(false) => condition.push_str(" AND NOT is_ticket"),
        None => {}
    }
    let hold = tx.hold(hold);
    tx.query_all(&format!("SELECT id FROM conversations WHERE {condition} ORDER BY id{hold}"), &values, |row| {
        row.get(0)
    })
}
