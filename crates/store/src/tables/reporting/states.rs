//! The dataset of the states of conversations.

use super::Kind::{Flag, Number, Text};
use super::Shows::Admins;
use super::{Attribute, Dataset};

/// Changes of state, each with the time that the conversation stayed in it.
pub(super) const STATES: Dataset = Dataset {
    id: "conversation_state",
    name: "Conversation state",
    description: "A change of a conversation's state: from which to which, by whom, and until when it stayed in it.",
    time: "state_started_at",
    attributes: ATTRIBUTES,
    table: "conversation_parts",
    condition: " AND state_before IS NOT NULL",
    member: "(t.state_before IS NOT NULL)",
    narrow: "(t.state_before IS NOT NULL)",
};

/// A column of the next change of the same conversation.
macro_rules! next {
    ($sql:literal) => {
        concat!(
            "(SELECT ",
            $sql,
            " FROM conversation_parts n WHERE n.workspace_id = $1 AND n.conversation_id = t.conversation_id AND n.id > t.id \
             AND n.state_before IS NOT NULL ORDER BY n.id LIMIT 1)"
        )
    };
}

/// A column of the conversation.
macro_rules! of_conversation {
    ($sql:literal) => {
        concat!("(SELECT ", $sql, " FROM conversations c WHERE c.workspace_id = $1 AND c.id = t.conversation_id)")
    };
}

const AUTHOR: &str =
    "(SELECT a.name FROM admins a WHERE a.workspace_id = $1 AND a.id = t.author_id AND t.author_type = 'admin')";

#[rustfmt::skip]
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new("conversation", "conversation_id", "Conversation ID", Number, "t.conversation_id"),
    Attribute::new("conversation", "conversation_started_at", "Conversation started at", Number, of_conversation!("c.created_at")),
    Attribute::new("conversation", "is_ticket", "Ticket", Flag, of_conversation!("c.is_ticket")),
    Attribute::new("conversation", "state", "State", Text, "t.state"),
    Attribute::new("conversation", "previous_state", "Previous state", Text, "t.state_before"),
    Attribute::new("conversation", "state_started_at", "State started at", Number, "t.created_at"),
    Attribute::new("conversation", "state_ended_at", "State ended at", Number, next!("n.created_at")),
    Attribute::new("conversation", "time_in_state", "Time in state (seconds)", Number, next!("n.created_at - t.created_at")),
    Attribute::new("conversation", "changed_by_type", "Changed by, kind", Text, "t.author_type"),
    Attribute::new("conversation", "changed_by_teammate_id", "Changed by, teammate ID", Number, "CASE WHEN t.author_type = 'admin' THEN t.author_id END"),
    Attribute::new("conversation", "changed_by_teammate", "Changed by, teammate", Text, AUTHOR).shows(Admins),
    Attribute::new("conversation", "teammate_currently_assigned_id", "Assigned teammate ID", Number, of_conversation!("nullif(c.admin_assignee_id, 0)")),
    Attribute::new("conversation", "team_currently_assigned_id", "Assigned team ID", Number, of_conversation!("nullif(c.team_assignee_id, 0)")),
];
