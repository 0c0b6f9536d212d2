//! Which conversations have which tags.

use std::collections::HashMap;

use super::{padded, places};
use crate::{Result, Tx, Value};

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
