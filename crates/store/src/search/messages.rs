//! The words of messages: by them, messages are found. What is found is the id of a part, or of a conversation for its first
//! message, its subject and its title.

use super::forget_grams;
use super::grams::of_words;
use super::sql::Sql;
use crate::ids::{ConversationId, PartId};
use crate::{Dialect, Result, WorkspaceTx, params};

/// The newest messages that have all of these words, in their indexed form: the ids of at most `limit`, up to `last`. They
/// may be of objects that are gone, or of another workspace: the reader looks them up.
pub fn of_messages(tx: &mut WorkspaceTx, words: &[String], last: Option<i64>, limit: i64) -> Result<Vec<i64>> {
    let (tx, workspace) = tx.parts();
    let grams = of_words(workspace, words);
    tx.flush_deferred()?;
    tx.planned_by_value(|tx| {
        let mut sql = Sql::new(tx, workspace);
        sql.by_grams(&grams);
        let id = if tx.dialect() == Dialect::Sqlite { "rowid" } else { "object_id" };
        if let Some(last) = last {
            sql.push(" AND ").push(id).push(" <= ").bind(last);
        }
        sql.push(" ORDER BY ").push(id).push(" DESC LIMIT ").bind(limit);
        tx.query_all(sql.text(), &sql.values(), |row| row.get(0))
    })
}

/// Forgets the words of the parts of a conversation that is about to be deleted.
pub fn forget_messages(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<()> {
    let of_parts =
        "SELECT id FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 AND body IS NOT NULL";
    if tx.dialect() == Dialect::Postgres {
        let sql = format!("DELETE FROM search_grams WHERE workspace_id = $1 AND object_id IN ({of_parts})");
        return tx.send(&sql, params![conversation]);
    }
    let ids: Vec<PartId> = tx.query_all(of_parts, params![conversation], |row| row.get(0))?;
    ids.into_iter().try_for_each(|id| forget_grams(tx, id.number()))
}
