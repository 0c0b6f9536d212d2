//! Which conversations have which tags.

use std::collections::HashMap;

use super::{padded, places};
use crate::{Result, Row, Tx, Value, params};

/// A tag on a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns are told of in the migration")]
pub struct Tagging {
    pub tag_id: i64,
    pub name: String,
    pub part_id: Option<i64>,
    pub applied_at: i64,
    pub applied_by: Option<i64>,
}

/// The tags of several conversations, oldest tag first.
pub fn of_many(tx: &mut Tx<'_>, workspace: &str, conversations: &[i64]) -> Result<HashMap<i64, Vec<Tagging>>> {
    let mut found: HashMap<i64, Vec<Tagging>> = HashMap::new();
    if conversations.is_empty() {
        return Ok(found);
    }
    let mut values = vec![Value::from(workspace)];
    values.extend(padded(conversations));
    let sql = format!(
        "SELECT l.conversation_id, t.id, t.name, l.part_id, l.applied_at, l.applied_by FROM conversation_tags l JOIN tags t \
         ON t.workspace_id = l.workspace_id AND t.id = l.tag_id WHERE l.workspace_id = $1 AND l.conversation_id IN ({}) ORDER BY t.id",
        places(2, values.len() - 1)
    );
    tx.query_all(&sql, &values, |row| {
        let tagging = Tagging {
            tag_id: row.get(1)?,
            name: row.get(2)?,
            part_id: row.get(3)?,
            applied_at: row.get(4)?,
            applied_by: row.get(5)?,
        };
        found.entry(row.get(0)?).or_default().push(tagging);
        Ok(())
    })?;
    Ok(found)
}

const COLUMNS: &str = "t.id, t.name, l.part_id, l.applied_at, l.applied_by";

fn from_row(row: &Row<'_>) -> Result<Tagging> {
    Ok(Tagging {
        tag_id: row.get(0)?,
        name: row.get(1)?,
        part_id: row.get(2)?,
        applied_at: row.get(3)?,
        applied_by: row.get(4)?,
    })
}

/// A tag on a conversation, if it is there.
pub fn get(tx: &mut Tx<'_>, workspace: &str, conversation: i64, tag: i64) -> Result<Option<Tagging>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM conversation_tags l JOIN tags t ON t.workspace_id = l.workspace_id AND t.id = l.tag_id \
         WHERE l.workspace_id = $1 AND l.conversation_id = $2 AND l.tag_id = $3"
    );
    tx.query_opt(&sql, params![workspace, conversation, tag], from_row)
}

/// Puts a tag on a conversation; false when it was there already.
pub fn insert(tx: &mut Tx<'_>, workspace: &str, conversation: i64, new: &Tagging) -> Result<bool> {
    let sql = "INSERT INTO conversation_tags (workspace_id, conversation_id, tag_id, part_id, applied_at, applied_by) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let values = params![workspace, conversation, new.tag_id, new.part_id, new.applied_at, new.applied_by];
    Ok(tx.execute(sql, values)? == 1)
}

/// Takes a tag off a conversation; false when it was not there.
pub fn delete(tx: &mut Tx<'_>, workspace: &str, conversation: i64, tag: i64) -> Result<bool> {
    let sql = "DELETE FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2 AND tag_id = $3";
    Ok(tx.execute(sql, params![workspace, conversation, tag])? == 1)
}
