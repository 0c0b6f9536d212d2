//! Finds messages by their words. The result is the id of a part, or of a conversation for its first message, subject
//! and title.

use super::forget_grams;
use super::grams::of_words;
use super::sql::Sql;
use crate::ids::{ConversationId, PartId};
use crate::{Dialect, Result, WorkspaceTx, params};

/// Returns the ids of the newest messages that contain all of these words, in their indexed form: at most `limit`, up
/// to `last`. Some may belong to deleted objects or another workspace, so the caller must look them up.
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

/// Removes the words of the parts of a conversation that is about to be deleted from the index.
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
