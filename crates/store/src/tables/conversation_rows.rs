//! The columns of conversations that lists show.

use std::collections::{HashMap, HashSet};

use super::conversation_parts::Part;
use super::conversations::{Assigned, AuthorType, Channel, ConversationState, LastBy, Priority};
use super::record::{FromRow, row};
use super::ticket_types::TicketCategory;
use super::{padded, padded_pairs, places};
use crate::ids::{
    AdminId, ContactId, ConversationId, Id, PartId, TagId, TeamId, TicketNumber, TicketStateId, TicketTypeId,
};
use crate::{Result, WorkspaceTx, params};

row! {
    /// A conversation in a list.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ConversationRow {
        id: ConversationId,
        is_ticket: bool,
        ticket_number: Option<TicketNumber>,
        ticket_type_id: Option<TicketTypeId>,
        ticket_category: Option<TicketCategory>,
        ticket_state_id: Option<TicketStateId>,
        /// A JSON object.
        ticket_attributes: String,
        state: ConversationState,
        title: Option<String>,
        priority: Priority,
        admin_assignee_id: Assigned<AdminId>,
        team_assignee_id: Assigned<TeamId>,
        waiting_since: Option<i64>,
        snoozed_until: Option<i64>,
        created_at: i64,
        updated_at: i64,
        source_subject: Option<String>,
        source_author_type: AuthorType,
        source_author_id: i64,
        channel_current: Channel,
        merged_into: Option<ConversationId>,
        tag_count: i64,
        last_part_id: Option<PartId>,
        last_part_at: Option<i64>,
        last_excerpt: Option<String>,
        last_by: Option<LastBy>,
        last_author_id: Option<i64>,
        /// The beginning of the first message, if the row has no excerpt yet.
        source_body: Option<String> = "CASE WHEN last_by IS NULL THEN substr(source_body, 1, 4000) END",
    }
}

/// The rows of conversations, in the order of their ids. Omits unknown ids.
pub fn of_many(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<Vec<ConversationRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT {} FROM conversations WHERE workspace_id = $1 AND id IN ({})",
        ConversationRow::SELECTED,
        places(2, values.len())
    );
    let rows = tx.query_all(&sql, &values, ConversationRow::from_row)?;
    let mut found: HashMap<ConversationId, ConversationRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

row! {
    /// The contact that joined a conversation first.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FirstContact {
        id: ContactId = "c.id",
        name: Option<String> = "c.name",
        email: Option<String> = "c.email",
        avatar: Option<String> = "c.avatar",
        phone: Option<String> = "c.phone",
        /// How many contacts the conversation has.
        count: i64 = "p.contacts",
    }
}

/// The first contact of each conversation that has any.
pub fn first_contacts(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<HashMap<ConversationId, FirstContact>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT {}, p.conversation_id FROM (SELECT l.conversation_id, l.contact_id, \
         count(*) OVER (PARTITION BY l.conversation_id) AS contacts, \
         row_number() OVER (PARTITION BY l.conversation_id ORDER BY l.created_at, l.contact_id) AS place \
         FROM conversation_contacts l WHERE l.workspace_id = $1 AND l.conversation_id IN ({})) p \
         JOIN contacts c ON c.workspace_id = $1 AND c.id = p.contact_id WHERE p.place = 1",
        FirstContact::SELECTED,
        places(2, values.len())
    );
    let found = tx.query_all(&sql, &values, |row| Ok((row.get(FirstContact::WIDTH)?, FirstContact::from_row(row)?)))?;
    Ok(found.into_iter().collect())
}

/// The tags of several conversations, oldest tag first.
pub fn tags(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Vec<TagId>>> {
    let mut found: HashMap<ConversationId, Vec<TagId>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT conversation_id, tag_id FROM conversation_tags WHERE workspace_id = $1 AND conversation_id IN ({}) ORDER BY tag_id",
        places(2, values.len())
    );
    tx.query_all(&sql, &values, |row| {
        found.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// The newest message or note of each of several conversations that have any besides the first message.
pub fn last_messages(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<Vec<Part>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT {} FROM (SELECT p.conversation_id AS conversation, max(p.id) AS newest FROM conversation_parts p \
         WHERE p.workspace_id = $1 AND p.conversation_id IN ({}) AND (p.body IS NOT NULL OR p.attachments IS NOT NULL) \
         GROUP BY p.conversation_id) last CROSS JOIN conversation_parts \
         WHERE workspace_id = $1 AND conversation_id = last.conversation AND id = last.newest",
        Part::SELECTED,
        places(2, values.len())
    );
    tx.query_all(&sql, &values, Part::from_row)
}

/// Fills the columns that lists show, of a row that an older release wrote.
pub fn fill(
    tx: &mut WorkspaceTx,
    id: ConversationId,
    (part, at): (Option<PartId>, i64),
    (excerpt, by, author): (&str, LastBy, Option<i64>),
) -> Result<()> {
    tx.send(
        "UPDATE conversations SET last_part_id = $3, last_part_at = $4, last_excerpt = $5, last_by = $6, last_author_id = $7 \
         WHERE workspace_id = $1 AND id = $2 AND last_by IS NULL",
        params![id, part, at, excerpt, by, author],
    )
}

/// The ids of the next conversations after one.
pub fn after(tx: &mut WorkspaceTx, id: ConversationId, limit: i64) -> Result<Vec<ConversationId>> {
    let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    tx.query_all(sql, params![id, limit], |row| row.get(0))
}

/// The next parts with a text after a part, without those of side conversations.
pub fn parts_after(tx: &mut WorkspaceTx, id: PartId, limit: i64) -> Result<Vec<(ConversationId, PartId)>> {
    let sql = "SELECT p.conversation_id, p.id FROM conversation_parts p WHERE p.workspace_id = $1 AND p.id > $2 \
         AND p.body IS NOT NULL AND EXISTS (SELECT 1 FROM conversations c WHERE c.workspace_id = $1 \
         AND c.id = p.conversation_id) ORDER BY p.id LIMIT $3";
    tx.query_all(sql, params![id, limit], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The place of a text: the conversation, and the part unless it is the first message.
pub type Place = (ConversationId, Option<PartId>);

/// The places of these ids of parts and of conversations in the workspace, in their order.
pub fn places_of(tx: &mut WorkspaceTx, ids: &[i64]) -> Result<Vec<(i64, Place)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let parts: Vec<PartId> = ids.iter().map(|id| PartId::new(*id)).collect();
    let values = padded(&parts);
    let list = places(2, values.len());
    let sql = format!(
        "SELECT id, conversation_id FROM conversation_parts WHERE workspace_id = $1 AND body IS NOT NULL AND id IN ({list}) \
         UNION ALL SELECT id, id FROM conversations WHERE workspace_id = $1 AND id IN ({list})"
    );
    let found: HashMap<i64, ConversationId> =
        tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect();
    let place = |id: &i64| {
        let conversation = *found.get(id)?;
        Some((*id, (conversation, (conversation.number() != *id).then(|| PartId::new(*id)))))
    };
    Ok(ids.iter().filter_map(place).collect())
}

/// The tickets among these conversations.
pub fn tickets_among(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<HashSet<ConversationId>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND id IN ({}) AND is_ticket = TRUE",
        places(2, values.len())
    );
    Ok(tx.query_all(&sql, &values, |row| row.get(0))?.into_iter().collect())
}

/// The condition of rows that are not about conversations of a kind. Their table has the column `conversation_id`.
pub(super) fn not_about(table: &str, tickets: bool) -> String {
    let kind = if tickets { "TRUE" } else { "FALSE" };
    format!(
        " AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.workspace_id = $1 \
         AND c.id = {table}.conversation_id AND c.is_ticket = {kind})"
    )
}

/// The titles and texts of the first messages of conversations, as HTML.
pub fn first_messages(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<HashMap<ConversationId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let values = padded(ids);
    let sql = format!(
        "SELECT id, coalesce(source_subject, '') || ' ' || coalesce(substr(source_body, 1, 20000), '') FROM conversations \
         WHERE workspace_id = $1 AND id IN ({})",
        places(2, values.len())
    );
    Ok(tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The texts of messages and notes, as HTML, each given by its conversation and its part. Empty for those with files
/// alone; parts that say nothing are left out.
pub fn messages(tx: &mut WorkspaceTx, parts: &[(ConversationId, PartId)]) -> Result<HashMap<PartId, String>> {
    let Some((values, pairs)) = padded_pairs(parts) else { return Ok(HashMap::new()) };
    let sql = format!(
        "SELECT id, coalesce(substr(body, 1, 20000), '') FROM (SELECT DISTINCT column1, column2 FROM (VALUES {pairs}) AS named) \
         AS wanted JOIN conversation_parts ON conversation_id = column1 AND id = column2 WHERE workspace_id = $1 \
         AND (body IS NOT NULL OR attachments IS NOT NULL)"
    );
    Ok(tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}

/// The conversation with this id, or the ticket with this number.
pub fn numbered(tx: &mut WorkspaceTx, number: i64) -> Result<Option<ConversationId>> {
    let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND ticket_number = $2 \
         UNION ALL SELECT id FROM conversations WHERE workspace_id = $1 AND id = $2 LIMIT 1";
    tx.query_opt(sql, params![number], |row| row.get(0))
}

/// The parts of a conversation after a part, up to a limit, oldest first.
pub fn parts_after_one(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    after: PartId,
    limit: i64,
) -> Result<Vec<Part>> {
    let sql = super::record::select!(Part, " AND conversation_id = $2 AND id > $3 ORDER BY id LIMIT $4");
    tx.query_all(sql, params![conversation, after, limit], Part::from_row)
}

/// The parts of a conversation before a part, or the newest, up to a limit, newest first.
pub fn parts_before(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    before: Option<PartId>,
    limit: i64,
) -> Result<Vec<Part>> {
    let before = before.map_or(i64::MAX, Id::number);
    let sql = super::record::select!(Part, " AND conversation_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
    tx.query_all(sql, params![conversation, before, limit], Part::from_row)
}
