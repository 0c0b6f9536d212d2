//! How far teammates have read conversations, and where they are mentioned.

use std::collections::HashMap;

use super::conversations::AuthorType;
use super::record::{FromRow, record};
use super::{padded, padded_pairs, places};
use crate::ids::{AdminId, ConversationId, PartId};
use crate::{Result, Value, WorkspaceTx, params};

record! {
    /// How far a teammate has read a conversation.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ConversationRead in "conversation_reads", key (conversation_id: ConversationId, admin_id: AdminId) {
        conversation_id: ConversationId,
        admin_id: AdminId,
        part_id: PartId,
        is_unread: bool,
        updated_at: i64,
    }
    pub fn get;
}

/// A mention of a teammate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationMention {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The teammate.
    pub admin_id: AdminId,
    /// The last part with the mention.
    pub part_id: PartId,
}

const PUT: &str = "INSERT INTO conversation_reads \
     (workspace_id, conversation_id, admin_id, part_id, is_unread, updated_at) \
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (workspace_id, conversation_id, admin_id) DO UPDATE SET \
     part_id = CASE WHEN excluded.is_unread OR excluded.part_id > conversation_reads.part_id THEN excluded.part_id \
     ELSE conversation_reads.part_id END, is_unread = excluded.is_unread, updated_at = excluded.updated_at";

/// Records how far a teammate has read. Only marking as unread goes back: of two devices, or a device and a reply, the one
/// that committed last may have looked first.
pub fn put(tx: &mut WorkspaceTx, row: &ConversationRead) -> Result<()> {
    tx.send(PUT, params![row.conversation_id, row.admin_id, row.part_id, row.is_unread, row.updated_at])
}

/// Records the same, unless the teammate has marked the conversation as unread at `since` (unix seconds) or later.
pub fn put_unless_unread(tx: &mut WorkspaceTx, row: &ConversationRead, since: i64) -> Result<()> {
    let sql = format!("{PUT} WHERE NOT (conversation_reads.is_unread AND conversation_reads.updated_at >= $7)");
    tx.send(&sql, params![row.conversation_id, row.admin_id, row.part_id, row.is_unread, row.updated_at, since])
}

/// Returns how far a teammate has read each of these conversations.
pub fn of_many(
    tx: &mut WorkspaceTx,
    admin: AdminId,
    of: &[ConversationId],
) -> Result<HashMap<ConversationId, ConversationRead>> {
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let mut values = padded(of);
    let sql = format!(
        "SELECT {} FROM conversation_reads WHERE workspace_id = $1 AND conversation_id IN ({}) AND admin_id = ${}",
        ConversationRead::SELECTED,
        places(2, values.len()),
        values.len() + 2
    );
    values.push(admin.into());
    let rows = tx.query_all(&sql, &values, ConversationRead::from_row)?;
    Ok(rows.into_iter().map(|row| (row.conversation_id, row)).collect())
}

/// Of these conversations, the ones with a message after the given part by someone other than the teammate. Messages of
/// bots do not count.
pub fn with_messages_after(
    tx: &mut WorkspaceTx,
    admin: AdminId,
    after: &[(ConversationId, PartId)],
) -> Result<Vec<ConversationId>> {
    let Some((mut values, pairs)) = padded_pairs(after) else { return Ok(Vec::new()) };
    let next = values.len() + 2;
    let sql = format!(
        "SELECT column1 FROM (SELECT DISTINCT column1, column2 FROM (VALUES {pairs}) AS named) AS wanted WHERE EXISTS \
         (SELECT 1 FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = column1 AND id > column2 \
         AND (body IS NOT NULL OR attachments IS NOT NULL) AND author_type <> ${next} \
         AND NOT (author_type = ${} AND author_id = ${}))",
        next + 1,
        next + 2
    );
    values.extend_from_slice(params![AuthorType::Bot, AuthorType::Admin, admin]);
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// Records mentions. The rows must not repeat a pair of teammate and conversation.
pub fn mention(tx: &mut WorkspaceTx, rows: &[ConversationMention]) -> Result<()> {
    for rows in rows.chunks(100) {
        let row = |n: usize| format!("($1, {})", places(n * 3 + 2, 3));
        let sql = format!(
            "INSERT INTO conversation_mentions (workspace_id, conversation_id, admin_id, part_id) VALUES {} \
             ON CONFLICT (workspace_id, conversation_id, admin_id) DO UPDATE SET part_id = excluded.part_id",
            (0..rows.len()).map(row).collect::<Vec<_>>().join(", ")
        );
        let values: Vec<Value<'_>> =
            rows.iter().flat_map(|m| [m.conversation_id.into(), m.admin_id.into(), m.part_id.into()]).collect();
        tx.send(&sql, &values)?;
    }
    Ok(())
}

/// Returns the mentions in these conversations.
pub fn mentions_in(tx: &mut WorkspaceTx, of: &[ConversationId]) -> Result<Vec<ConversationMention>> {
    let values = padded(of);
    let sql = format!(
        "SELECT conversation_id, admin_id, part_id FROM conversation_mentions WHERE workspace_id = $1 AND conversation_id IN ({})",
        places(2, values.len())
    );
    tx.query_all(&sql, &values, |row| {
        Ok(ConversationMention { conversation_id: row.get(0)?, admin_id: row.get(1)?, part_id: row.get(2)? })
    })
}

/// Of these conversations, the ones in which a teammate is mentioned.
pub fn mentioned_in(tx: &mut WorkspaceTx, admin: AdminId, of: &[ConversationId]) -> Result<Vec<ConversationId>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded(of);
    let sql = format!(
        "SELECT conversation_id FROM conversation_mentions WHERE workspace_id = $1 AND conversation_id IN ({}) AND admin_id = ${}",
        places(2, values.len()),
        values.len() + 2
    );
    values.push(admin.into());
    tx.query_all(&sql, &values, |row| row.get(0))
}

/// Returns the conversations in which a teammate is mentioned, most recent mention first.
pub fn mentions(tx: &mut WorkspaceTx, admin: AdminId, most: i64) -> Result<Vec<ConversationId>> {
    let sql = "SELECT conversation_id FROM conversation_mentions WHERE workspace_id = $1 AND admin_id = $2 \
         ORDER BY part_id DESC, conversation_id DESC LIMIT $3";
    tx.query_all(sql, params![admin, most], |row| row.get(0))
}
