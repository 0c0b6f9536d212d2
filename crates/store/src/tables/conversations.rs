//! Conversations, tickets among them.

use super::column_enum::column_enum;
use super::record::{FromRow, record};
use super::ticket_types::TicketCategory;
use super::{padded, places};
use crate::ids::{
    AdminId, CompanyId, ContactId, ConversationId, Id, PartId, TeamId, TicketNumber, TicketStateId, TicketTypeId,
};
use crate::{FromColumn, Hold, Result, Row, Value, WorkspaceTx, params};

column_enum! {
    /// Whether a conversation waits for teammates.
    #[derive(Default)]
    pub enum ConversationState {
        #[default]
        Open = "open",
        Closed = "closed",
        Snoozed = "snoozed",
    }
}

column_enum! {
    /// How urgent a conversation is.
    #[derive(Default)]
    pub enum Priority {
        #[default]
        None = "none",
        Low = "low",
        Medium = "medium",
        High = "high",
        Urgent = "urgent",
    }
}

column_enum! {
    /// Who wrote a message or a part.
    #[derive(Default)]
    pub enum AuthorType {
        User = "user",
        Lead = "lead",
        Admin = "admin",
        /// The system itself.
        #[default]
        Bot = "bot",
    }
}

column_enum! {
    /// What a conversation started from.
    #[derive(Default)]
    pub enum SourceType {
        #[default]
        Conversation = "conversation",
        Email = "email",
        PhoneCall = "phone_call",
        Whatsapp = "whatsapp",
    }
}

column_enum! {
    /// Who started a conversation.
    #[derive(Default)]
    pub enum DeliveredAs {
        #[default]
        CustomerInitiated = "customer_initiated",
        AdminInitiated = "admin_initiated",
    }
}

column_enum! {
    /// How a conversation reaches the contact.
    #[derive(Default)]
    pub enum Channel {
        #[default]
        Messenger = "messenger",
        Email = "email",
        PhoneCall = "phone_call",
        Whatsapp = "whatsapp",
    }
}

column_enum! {
    /// Who wrote the newest message of a conversation, and whether it is a note.
    pub enum LastBy {
        Contact = "contact",
        Admin = "admin",
        /// A note of an admin.
        Note = "note",
        /// The system itself.
        Bot = "bot",
    }
}

impl AuthorType {
    /// Whether it is a contact.
    pub const fn is_contact(self) -> bool {
        matches!(self, AuthorType::User | AuthorType::Lead)
    }
}

/// To whom something is assigned. In the column, nobody is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned<I>(pub Option<I>);

impl<I: Id> Assigned<I> {
    /// The number in the column, and in JSON.
    pub fn number(self) -> i64 {
        self.0.map_or(0, I::number)
    }
}

impl<I> Default for Assigned<I> {
    fn default() -> Self {
        Self(None)
    }
}

impl<I: Id> FromColumn for Assigned<I> {
    fn from_nullable(row: &Row<'_>, i: usize) -> Result<Option<Self>> {
        Ok(i64::from_nullable(row, i)?.map(|number| Self((number != 0).then(|| I::new(number)))))
    }
}

impl<I: Id> From<&Assigned<I>> for Value<'_> {
    fn from(assigned: &Assigned<I>) -> Self {
        Value::Int(assigned.number())
    }
}

record! {
    /// A conversation's row. Times are unix seconds, durations seconds.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Conversation in "conversations", key (id: ConversationId) {
        id: ConversationId,
        is_ticket: bool,
        ticket_number: Option<TicketNumber>,
        ticket_type_id: Option<TicketTypeId>,
        ticket_category: Option<TicketCategory>,
        ticket_state_id: Option<TicketStateId>,
        previous_ticket_state_id: Option<TicketStateId>,
        is_shared: bool,
        /// A JSON object.
        ticket_attributes: String,
        state: ConversationState,
        title: Option<String>,
        read: bool,
        priority: Priority,
        admin_assignee_id: Assigned<AdminId>,
        team_assignee_id: Assigned<TeamId>,
        company_id: Option<CompanyId>,
        waiting_since: Option<i64>,
        snoozed_until: Option<i64>,
        created_at: i64,
        updated_at: i64,
        source_type: SourceType,
        source_id: PartId,
        source_delivered_as: DeliveredAs,
        /// As HTML, without paragraphs.
        source_subject: Option<String>,
        source_body: Option<String>,
        source_author_type: AuthorType,
        /// Of an admin or a contact; 0 for a bot.
        source_author_id: i64,
        source_url: Option<String>,
        /// A JSON array.
        source_attachments: Option<String>,
        source_redacted: bool,
        /// A JSON object.
        source_details: Option<String>,
        channel_initial: Channel,
        channel_current: Channel,
        /// A JSON object.
        rating: Option<String>,
        /// A JSON object.
        custom_attributes: String,
        /// A JSON object.
        ai_agent: Option<String>,
        tag_count: i64,
        teammate_count: i64,
        link_count: i64,
        merged_into: Option<ConversationId>,
        first_contact_reply_at: Option<i64>,
        first_assignment_at: Option<i64>,
        first_admin_reply_at: Option<i64>,
        first_close_at: Option<i64>,
        last_assignment_at: Option<i64>,
        last_assignment_admin_reply_at: Option<i64>,
        last_contact_reply_at: Option<i64>,
        last_admin_reply_at: Option<i64>,
        last_close_at: Option<i64>,
        last_closed_by_id: Option<AdminId>,
        time_to_assignment: Option<i64>,
        time_to_admin_reply: Option<i64>,
        time_to_first_close: Option<i64>,
        time_to_last_close: Option<i64>,
        median_time_to_reply: Option<i64>,
        count_reopens: i64,
        count_assignments: i64,
        count_parts: i64,
        handling_time: Option<i64>,
        adjusted_handling_time: Option<i64>,
        handling_since: Option<i64>,
        active_since: Option<i64>,
        /// A JSON array.
        reply_times: String,
        team_assigned_at: Option<i64>,
        /// A JSON array.
        team_response_times: String,
        /// The same in office hours; none as long as every hour was one.
        team_response_times_in_office_hours: Option<String>,
        subject_key: Option<String>,
        body_key: Option<String>,
        author_name_key: Option<String>,
        author_email_key: Option<String>,
        /// The part of the newest message or note; none while there is only the first message.
        last_part_id: Option<PartId>,
        last_part_at: Option<i64>,
        last_excerpt: Option<String>,
        /// None in rows of older releases that are not indexed yet.
        last_by: Option<LastBy>,
        /// Of an admin or a contact.
        last_author_id: Option<i64>,
    }
    and {
        /// Whether custom objects are linked to it; after links changed, it must be set.
        has_objects: bool = "EXISTS (SELECT 1 FROM custom_object_links l WHERE l.workspace_id = $1 \
            AND l.object_kind = CASE WHEN conversations.is_ticket THEN 'ticket' ELSE 'conversation' END \
            AND l.object_id = conversations.id)",
    }
    pub fn get, lock, hold, get_many, insert, update;
}

/// The conversation of a contact that was started last, tickets included when they may be seen.
pub fn last_of_contact(tx: &mut WorkspaceTx, contact: ContactId, tickets: bool) -> Result<Option<ConversationId>> {
    let only = if tickets { "" } else { " AND c.is_ticket = FALSE" };
    let sql = format!(
        "SELECT l.conversation_id FROM conversation_contacts l JOIN conversations c ON c.workspace_id = l.workspace_id \
         AND c.id = l.conversation_id WHERE l.workspace_id = $1 AND l.contact_id = $2{only} ORDER BY l.conversation_id DESC LIMIT 1"
    );
    tx.query_opt(&sql, params![contact], |row| row.get(0))
}

/// Makes what was merged into a conversation merged into another one.
pub fn follow(tx: &mut WorkspaceTx, from: ConversationId, into: ConversationId) -> Result<()> {
    let sql = "UPDATE conversations SET merged_into = $2 WHERE workspace_id = $1 AND merged_into = $3";
    tx.send(sql, params![into, from])
}

/// Snoozed conversations of a workspace whose time has come: those that are due longest.
pub fn to_wake(tx: &mut WorkspaceTx, limit: i64) -> Result<Vec<ConversationId>> {
    let now = tx.now();
    let sql = "SELECT id FROM conversations WHERE workspace_id = $1 AND state = 'snoozed' AND snoozed_until <= $2 \
         ORDER BY snoozed_until LIMIT $3";
    tx.query_all(sql, params![now, limit], |row| row.get(0))
}

/// How many conversations that are not closed, tickets left out, each of these admins has in each state, and to how
/// many of them nothing happened since `before`.
pub fn workload(
    tx: &mut WorkspaceTx,
    admins: &[AdminId],
    before: i64,
) -> Result<Vec<(AdminId, ConversationState, i64, i64)>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![Value::from(before)];
    values.extend(padded(admins));
    let sql = format!(
        "SELECT admin_assignee_id, state, count(*), sum(CASE WHEN updated_at <= $2 THEN 1 ELSE 0 END) FROM conversations \
         WHERE workspace_id = $1 AND admin_assignee_id IN ({}) AND state IN ('open', 'snoozed') AND is_ticket = FALSE \
         GROUP BY admin_assignee_id, state",
        places(3, values.len() - 1)
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
}

/// The lists of attachments of a conversation, its parts, held replies and side conversations.
pub fn attachments(tx: &mut WorkspaceTx, id: ConversationId) -> Result<Vec<String>> {
    tx.query_all(
        "SELECT source_attachments FROM conversations WHERE workspace_id = $1 AND id = $2 AND source_attachments IS NOT NULL \
         UNION ALL SELECT attachments FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2 \
         AND attachments IS NOT NULL \
         UNION ALL SELECT attachments FROM held_replies WHERE workspace_id = $1 AND conversation_id = $2 \
         AND attachments IS NOT NULL \
         UNION ALL SELECT p.attachments FROM side_conversations s JOIN conversation_parts p ON p.workspace_id = s.workspace_id \
         AND p.conversation_id = s.id WHERE s.workspace_id = $1 AND s.conversation_id = $2 AND p.attachments IS NOT NULL",
        params![id],
        |row| row.get(0),
    )
}

/// The conversations of these ids, as the write refers to them: none of them is deleted before it ends. Unknown ones are
/// left out.
pub fn hold_many(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (values, lock) = (padded(ids), tx.hold(Hold::Reference));
    // Ordered, so that two writes that refer to the same conversations wait instead of locking each other up.
    let sql = format!(
        "SELECT {} FROM conversations WHERE workspace_id = $1 AND id IN ({}) ORDER BY id{lock}",
        Conversation::SELECTED,
        places(2, values.len())
    );
    tx.query_all(&sql, &values, Conversation::from_row)
}

/// Removes a conversation and all that belongs to it alone; the ids of those that had been merged into it.
pub fn delete(tx: &mut WorkspaceTx, id: ConversationId) -> Result<Vec<ConversationId>> {
    let sql = "UPDATE conversations SET merged_into = NULL WHERE workspace_id = $1 AND merged_into = $2 RETURNING id";
    let merged = tx.query_all(sql, params![id], |row| row.get(0))?;
    for sql in [
        "DELETE FROM conversation_parts WHERE workspace_id = $1 AND conversation_id IN \
         (SELECT id FROM side_conversations WHERE workspace_id = $1 AND conversation_id = $2)",
        // The recipient of a message that became this conversation may answer it again.
        "UPDATE message_recipients SET conversation_id = NULL WHERE workspace_id = $1 AND conversation_id = $2 AND contact_id IN \
         (SELECT contact_id FROM conversation_contacts WHERE workspace_id = $1 AND conversation_id = $2)",
        "DELETE FROM conversation_merges WHERE workspace_id = $1 AND into_id = $2",
    ] {
        tx.send(sql, params![id])?;
    }
    for table in [
        "conversation_parts",
        "conversation_contacts",
        "conversation_teammates",
        "conversation_tags",
        "conversation_reads",
        "conversation_mentions",
        "drafts",
        "handling_events",
        "held_replies",
        "side_conversations",
        "conversation_merges",
        "notifications",
        "mails",
    ] {
        let sql = format!("DELETE FROM {table} WHERE workspace_id = $1 AND conversation_id = $2");
        tx.send(&sql, params![id])?;
    }
    tx.send("DELETE FROM conversations WHERE workspace_id = $1 AND id = $2", params![id])?;
    Ok(merged)
}

/// How many tickets are in a state.
pub fn count_in_state(tx: &mut WorkspaceTx, ticket_state: TicketStateId) -> Result<i64> {
    let sql = "SELECT count(*) FROM conversations WHERE workspace_id = $1 AND ticket_state_id = $2";
    tx.query_one(sql, params![ticket_state], |row| row.get(0))
}

/// Some conversations of a team, whatever their state.
pub fn of_team(tx: &mut WorkspaceTx, team: TeamId, most: i64) -> Result<Vec<ConversationId>> {
    tx.query_all(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND team_assignee_id = $2 LIMIT $3",
        params![team, most],
        |row| row.get(0),
    )
}

/// Some open or snoozed conversations of an admin.
pub fn assigned(tx: &mut WorkspaceTx, admin: AdminId, most: i64) -> Result<Vec<ConversationId>> {
    tx.query_all(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND admin_assignee_id = $2 AND state IN ('open', 'snoozed') LIMIT $3",
        params![admin, most],
        |row| row.get(0),
    )
}
