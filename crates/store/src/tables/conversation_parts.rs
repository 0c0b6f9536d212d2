//! The parts of conversations: messages and actions in order.

use std::sync::LazyLock;

use super::column_enum::column_enum;
use super::conversations::{AuthorType, ConversationState};
use super::record::{FromRow, record, row, select};
use super::{padded, padded_pairs, places};
use crate::ids::{AdminId, ConversationId, PartId};
use crate::{Result, Row, WorkspaceTx, params};

column_enum! {
    /// The type of a part.
    #[derive(Default)]
    pub enum PartType {
        #[default]
        Comment = "comment",
        Note = "note",
        QuickReply = "quick_reply",
        Open = "open",
        Close = "close",
        Snoozed = "snoozed",
        TimerUnsnooze = "timer_unsnooze",
        NoteAndUnsnooze = "note_and_unsnooze",
        Assignment = "assignment",
        DefaultAssignment = "default_assignment",
        MergedPrimaryConversation = "merged_primary_conversation",
        MergedSecondaryConversation = "merged_secondary_conversation",
        /// A merge was undone. The API does not know this, so it does not show the part.
        Unmerged = "unmerged",
        ParticipantAdded = "participant_added",
        ParticipantRemoved = "participant_removed",
        ConversationTagsUpdated = "conversation_tags_updated",
        ConversationAttributeUpdatedByAdmin = "conversation_attribute_updated_by_admin",
        PriorityChanged = "priority_changed",
        CompanyUpdated = "company_updated",
        EntityLinked = "entity_linked",
        EntityUnlinked = "entity_unlinked",
        TicketStateUpdatedByAdmin = "ticket_state_updated_by_admin",
        TicketStateUpdatedByUser = "ticket_state_updated_by_user",
        TicketAttributeUpdatedByAdmin = "ticket_attribute_updated_by_admin",
        TicketAttributeUpdatedByUser = "ticket_attribute_updated_by_user",
        TicketTypeUpdated = "ticket_type_updated",
        TicketShared = "ticket_shared",
        TicketUnshared = "ticket_unshared",
    }
}

column_enum! {
    /// The type of a part's assignee.
    pub enum AssignedType {
        Admin = "admin",
        Team = "team",
        NobodyAdmin = "nobody_admin",
        NobodyTeam = "nobody_team",
    }
}

record! {
    /// A part's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Part in "conversation_parts", key (conversation_id: ConversationId, id: PartId) {
        conversation_id: ConversationId,
        id: PartId,
        part_type: PartType,
        body: Option<String>,
        author_type: AuthorType,
        /// Of an admin or a contact; 0 for a bot.
        author_id: i64,
        assigned_type: Option<AssignedType>,
        /// Of an admin or a team.
        assigned_id: Option<i64>,
        state: ConversationState,
        /// A JSON array.
        attachments: Option<String>,
        redacted: bool,
        /// A JSON object.
        details: Option<String>,
        created_at: i64,
        updated_at: i64,
        /// The previous state, if the part changed it.
        state_before: Option<ConversationState>,
    }
    pub fn get, lock, insert, update;
}

impl PartType {
    /// Whether only teammates see it.
    pub const fn is_note(self) -> bool {
        matches!(self, PartType::Note | PartType::NoteAndUnsnooze)
    }

    /// Whether the API shows it, and counts it.
    pub const fn is_in_api(self) -> bool {
        !matches!(self, PartType::Unmerged)
    }
}

impl AssignedType {
    /// Whether it is a team, or no team.
    pub const fn is_team(self) -> bool {
        matches!(self, AssignedType::Team | AssignedType::NobodyTeam)
    }
}

/// Selects the newest parts of a conversation whose texts fit a limit, at least one.
struct Room {
    conversation: ConversationId,
    bytes: usize,
    left: Option<usize>,
}

impl Room {
    /// With a limit in bytes per conversation.
    fn of(bytes: usize) -> Room {
        Room { conversation: ConversationId::default(), bytes, left: None }
    }

    /// Reads the part of a row, or skips it.
    fn take(&mut self, row: &Row<'_>) -> Result<Option<Part>> {
        let conversation = row.get(0)?;
        if self.conversation != conversation {
            *self = Room { conversation, ..Room::of(self.bytes) };
        }
        if self.left == Some(0) {
            return Ok(None);
        }
        let part = Part::from_row(row)?;
        let texts = [&part.body, &part.attachments, &part.details];
        let bytes: usize = texts.into_iter().flatten().map(String::len).sum();
        let (first, left) = (self.left.is_none(), self.left.unwrap_or(self.bytes));
        let fits = bytes <= left;
        self.left = Some(if fits { left - bytes } else { 0 });
        Ok((fits || first).then_some(part))
    }
}

/// The newest parts of a conversation that the API shows, in order, within limits of number and bytes of text.
pub fn newest(tx: &mut WorkspaceTx, conversation: ConversationId, limit: i64, bytes: usize) -> Result<Vec<Part>> {
    let sql = select!(Part, " AND conversation_id = $2 AND part_type <> $3 ORDER BY id DESC LIMIT $4");
    let mut room = Room::of(bytes);
    let parts = tx.query_all(sql, params![conversation, PartType::Unmerged, limit], |row| room.take(row))?;
    Ok(parts.into_iter().flatten().rev().collect())
}

/// The parts of a conversation from one to another, inclusive, in order, up to a limit.
pub fn between(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    first: PartId,
    last: PartId,
    limit: i64,
) -> Result<Vec<Part>> {
    let sql = select!(Part, " AND conversation_id = $2 AND id >= $3 AND id <= $4 ORDER BY id LIMIT $5");
    tx.query_all(sql, params![conversation, first, last, limit], Part::from_row)
}

row! {
    /// The columns of a part that statistics need.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Outline {
        part_type: PartType,
        /// Whether it has a body or attachments.
        speaks: bool = "body IS NOT NULL OR attachments IS NOT NULL OR redacted",
        author_type: AuthorType,
        /// Of an admin or a contact; 0 for a bot.
        author_id: i64,
        assigned_type: Option<AssignedType>,
        /// Of an admin or a team.
        assigned_id: Option<i64>,
        state: ConversationState,
        created_at: i64,
    }
}

/// The outlines of all parts of a conversation, in the order in which they were written.
pub fn outlines(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<Vec<Outline>> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY id",
            Outline::SELECTED
        )
    });
    tx.query_all(&SQL, params![conversation], Outline::from_row)
}

/// The lists of attachments of a conversation's parts.
pub fn attachments(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<Vec<String>> {
    let sql = "SELECT attachments FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 \
         AND attachments IS NOT NULL";
    tx.query_all(sql, params![conversation], |row| row.get(0))
}

/// The newest parts that the API shows of each of several conversations, in order, within limits of number and bytes of
/// text for each.
pub fn newest_of_many(
    tx: &mut WorkspaceTx,
    conversations: &[ConversationId],
    each: i64,
    bytes: usize,
) -> Result<Vec<Part>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded(conversations);
    let sql = format!(
        "SELECT {} FROM (SELECT {}, row_number() OVER (PARTITION BY conversation_id ORDER BY id DESC) AS place \
         FROM conversation_parts WHERE workspace_id = $1 AND conversation_id IN ({}) AND part_type <> '{}') p \
         WHERE place <= ${} ORDER BY conversation_id DESC, id DESC",
        Part::SELECTED,
        Part::SELECTED,
        places(2, values.len()),
        PartType::Unmerged,
        values.len() + 2
    );
    values.push(each.into());
    let mut room = Room::of(bytes);
    let parts = tx.query_all(&sql, &values, |row| room.take(row))?;
    Ok(parts.into_iter().flatten().rev().collect())
}

/// Several parts, each given by its conversation and its id.
pub fn get_many(tx: &mut WorkspaceTx, parts: &[(ConversationId, PartId)]) -> Result<Vec<Part>> {
    let Some((values, pairs)) = padded_pairs(parts) else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT {} FROM (SELECT DISTINCT column1, column2 FROM (VALUES {pairs}) AS named) AS wanted JOIN conversation_parts \
         ON conversation_id = column1 AND id = column2 WHERE workspace_id = $1",
        Part::SELECTED,
    );
    tx.query_all(&sql, &values, Part::from_row)
}

/// The last part of a conversation.
pub fn last(tx: &mut WorkspaceTx, conversation: ConversationId) -> Result<Option<PartId>> {
    let sql =
        "SELECT id FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY id DESC LIMIT 1";
    tx.query_opt(sql, params![conversation], |row| row.get(0))
}

/// The last part of a type in a conversation.
pub fn last_of_type(tx: &mut WorkspaceTx, conversation: ConversationId, of: PartType) -> Result<Option<Part>> {
    let sql = select!(Part, " AND conversation_id = $2 AND part_type = $3 ORDER BY id DESC LIMIT 1");
    tx.query_opt(sql, params![conversation, of], Part::from_row)
}

/// The messages after a part by anyone except a teammate, oldest first.
pub fn messages_after(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    after: PartId,
    admin: AdminId,
    limit: i64,
) -> Result<Vec<Part>> {
    let sql = select!(
        Part,
        " AND conversation_id = $2 AND id > $3 AND (body IS NOT NULL OR attachments IS NOT NULL) \
         AND NOT (author_type = $4 AND author_id = $5) ORDER BY id LIMIT $6"
    );
    tx.query_all(sql, params![conversation, after, AuthorType::Admin, admin, limit], Part::from_row)
}

/// The last message by anyone except a teammate.
pub fn last_message_of_others(
    tx: &mut WorkspaceTx,
    conversation: ConversationId,
    admin: AdminId,
) -> Result<Option<PartId>> {
    let sql = "SELECT id FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 \
         AND (body IS NOT NULL OR attachments IS NOT NULL) AND NOT (author_type = $3 AND author_id = $4) \
         ORDER BY id DESC LIMIT 1";
    tx.query_opt(sql, params![conversation, AuthorType::Admin, admin], |row| row.get(0))
}
