//! The datasets of conversations and of tickets.

use super::Kind::{Company, Contact, Flag, Number, Text};
use super::Shows::{Admins, Conversations, People, Tags, Tickets};
use super::{Attribute, Dataset};

/// Conversations.
pub(super) const CONVERSATIONS: Dataset = Dataset {
    id: "conversation",
    name: "Conversation",
    description: "A conversation: how it began, who handles it, and how fast it was answered.",
    time: "conversation_started_at",
    attributes: OF_CONVERSATIONS,
    table: "conversations",
    condition: "",
    member: "NOT t.is_ticket",
    narrow: "NOT t.is_ticket AND (t.source_author_type IN ('user', 'lead') OR t.first_contact_reply_at IS NOT NULL)",
};

/// Tickets.
pub(super) const TICKETS: Dataset = Dataset {
    id: "ticket",
    name: "Ticket",
    description: "A ticket: its type and state, who handles it, and how fast it was solved.",
    time: "ticket_created_at",
    attributes: OF_TICKETS,
    table: "conversations",
    condition: "",
    member: "t.is_ticket",
    narrow: "t.is_ticket",
};

const TEAMMATE: &str = "(SELECT a.name FROM admins a WHERE a.workspace_id = $1 AND a.id = t.admin_assignee_id)";
const TEAM: &str = "(SELECT x.name FROM teams x WHERE x.workspace_id = $1 AND x.id = t.team_assignee_id)";
const CLOSED_BY: &str = "(SELECT a.name FROM admins a WHERE a.workspace_id = $1 AND a.id = t.last_closed_by_id)";
/// Names of tags in alphabetical order, with a comma between two.
const TAGS: &str = "(SELECT string_agg(g.name, ', ' ORDER BY g.name) FROM conversation_tags l JOIN tags g \
    ON g.workspace_id = l.workspace_id AND g.id = l.tag_id WHERE l.workspace_id = $1 AND l.conversation_id = t.id)";
/// The main contact, who joined first.
const CONTACT: &str = "(SELECT l.contact_id FROM conversation_contacts l WHERE l.workspace_id = $1 \
    AND l.conversation_id = t.id ORDER BY l.created_at, l.contact_id LIMIT 1)";

/// An attribute of the contact.
macro_rules! of_contact {
    ($column:literal) => {
        concat!(
            "(SELECT c.",
            $column,
            " FROM contacts c WHERE c.workspace_id = $1 AND c.id = (SELECT l.contact_id FROM conversation_contacts l \
             WHERE l.workspace_id = $1 AND l.conversation_id = t.id ORDER BY l.created_at, l.contact_id LIMIT 1))"
        )
    };
}

/// An attribute of the company.
macro_rules! of_company {
    ($column:literal) => {
        concat!("(SELECT c.", $column, " FROM companies c WHERE c.workspace_id = $1 AND c.id = t.company_id)")
    };
}

#[rustfmt::skip]
const OF_CONVERSATIONS: &[Attribute] = &[
    Attribute::new("conversation", "conversation_id", "Conversation ID", Number, "t.id"),
    Attribute::new("conversation", "conversation_started_at", "Conversation started at", Number, "t.created_at"),
    Attribute::new("conversation", "conversation_updated_at", "Conversation updated at", Number, "t.updated_at"),
    Attribute::new("conversation", "conversation_state", "Conversation state", Text, "t.state"),
    Attribute::new("conversation", "conversation_title", "Conversation title", Text, "t.title").shows(Conversations),
    Attribute::new("conversation", "conversation_priority", "Priority", Text, "t.priority"),
    Attribute::new("conversation", "channel", "Channel", Text, "t.channel_initial"),
    Attribute::new("conversation", "current_channel", "Current channel", Text, "t.channel_current"),
    Attribute::new("conversation", "started_by", "Started by", Text, "t.source_author_type"),
    Attribute::new("conversation", "delivered_as", "Delivered as", Text, "t.source_delivered_as"),
    Attribute::new("conversation", "started_on_url", "Started on URL", Text, "t.source_url"),
    Attribute::new("conversation", "is_read", "Read by the contact", Flag, "t.read"),
    Attribute::new("conversation", "merged_into_conversation_id", "Merged into", Number, "t.merged_into"),
    Attribute::new("conversation", "waiting_since", "Waiting since", Number, "t.waiting_since"),
    Attribute::new("conversation", "snoozed_until", "Snoozed until", Number, "t.snoozed_until"),
    Attribute::new("conversation", "tags", "Tags", Text, TAGS).shows(Tags),
    Attribute::new("conversation", "teammate_currently_assigned_id", "Assigned teammate ID", Number, "nullif(t.admin_assignee_id, 0)"),
    Attribute::new("conversation", "teammate_currently_assigned", "Assigned teammate", Text, TEAMMATE).shows(Admins),
    Attribute::new("conversation", "team_currently_assigned_id", "Assigned team ID", Number, "nullif(t.team_assignee_id, 0)"),
    Attribute::new("conversation", "team_currently_assigned", "Assigned team", Text, TEAM).shows(Admins),
    Attribute::new("conversation", "first_assigned_at", "First assigned at", Number, "t.first_assignment_at"),
    Attribute::new("conversation", "last_assigned_at", "Last assigned at", Number, "t.last_assignment_at"),
    Attribute::new("conversation", "first_user_reply_at", "First reply of a contact at", Number, "t.first_contact_reply_at"),
    Attribute::new("conversation", "last_user_reply_at", "Last reply of a contact at", Number, "t.last_contact_reply_at"),
    Attribute::new("conversation", "first_teammate_reply_at", "First reply of a teammate at", Number, "t.first_admin_reply_at"),
    Attribute::new("conversation", "last_teammate_reply_at", "Last reply of a teammate at", Number, "t.last_admin_reply_at"),
    Attribute::new("conversation", "first_closed_at", "First closed at", Number, "t.first_close_at"),
    Attribute::new("conversation", "last_closed_at", "Last closed at", Number, "t.last_close_at"),
    Attribute::new("conversation", "last_closed_by_id", "Last closed by, ID", Number, "t.last_closed_by_id"),
    Attribute::new("conversation", "last_closed_by", "Last closed by", Text, CLOSED_BY).shows(Admins),
    Attribute::new("conversation", "time_to_assignment", "Time to assignment (seconds)", Number, "t.time_to_assignment"),
    Attribute::new("conversation", "time_to_first_response", "Time to first response (seconds)", Number, "t.time_to_admin_reply"),
    Attribute::new("conversation", "median_time_to_reply", "Median time to reply (seconds)", Number, "t.median_time_to_reply"),
    Attribute::new("conversation", "time_to_first_close", "Time to first close (seconds)", Number, "t.time_to_first_close"),
    Attribute::new("conversation", "time_to_last_close", "Time to last close (seconds)", Number, "t.time_to_last_close"),
    Attribute::new("conversation", "handling_time", "Handling time (seconds)", Number, "t.handling_time"),
    Attribute::new("conversation", "adjusted_handling_time", "Adjusted handling time (seconds)", Number, "t.adjusted_handling_time"),
    Attribute::new("conversation", "number_of_assignments", "Assignments", Number, "t.count_assignments"),
    Attribute::new("conversation", "number_of_reopens", "Reopens", Number, "t.count_reopens"),
    Attribute::new("conversation", "number_of_parts", "Parts", Number, "t.count_parts"),
    Attribute::new("people", "user_id", "User ID", Contact, CONTACT).shows(People),
    Attribute::new("people", "user_external_id", "User external ID", Text, of_contact!("external_id")).shows(People),
    Attribute::new("people", "user_email", "User email", Text, of_contact!("email")).shows(People),
    Attribute::new("people", "user_name", "User name", Text, of_contact!("name")).shows(People),
    Attribute::new("company", "company_id", "Company ID", Company, "t.company_id").shows(People),
    Attribute::new("company", "company_name", "Company name", Text, of_company!("name")).shows(People),
];

#[rustfmt::skip]
const OF_TICKETS: &[Attribute] = &[
    Attribute::new("ticket", "ticket_id", "Ticket ID", Number, "t.id"),
    Attribute::new("ticket", "ticket_number", "Ticket number", Number, "t.ticket_number"),
    Attribute::new("ticket", "ticket_created_at", "Ticket created at", Number, "t.created_at"),
    Attribute::new("ticket", "ticket_updated_at", "Ticket updated at", Number, "t.updated_at"),
    Attribute::new("ticket", "ticket_title", "Ticket title", Text, "t.title").shows(Tickets),
    Attribute::new("ticket", "ticket_category", "Ticket category", Text, "t.ticket_category"),
    Attribute::new("ticket", "ticket_type_id", "Ticket type ID", Number, "t.ticket_type_id"),
    Attribute::new("ticket", "ticket_type", "Ticket type", Text, "(SELECT y.name FROM ticket_types y WHERE y.workspace_id = $1 AND y.id = t.ticket_type_id)"),
    Attribute::new("ticket", "ticket_state_id", "Ticket state ID", Number, "t.ticket_state_id"),
    Attribute::new("ticket", "ticket_state", "Ticket state", Text, "(SELECT s.internal_label FROM ticket_states s WHERE s.workspace_id = $1 AND s.id = t.ticket_state_id)"),
    Attribute::new("ticket", "is_shared", "Shared with the contact", Flag, "t.is_shared"),
    Attribute::new("ticket", "tags", "Tags", Text, TAGS).shows(Tags),
    Attribute::new("ticket", "teammate_currently_assigned_id", "Assigned teammate ID", Number, "nullif(t.admin_assignee_id, 0)"),
    Attribute::new("ticket", "teammate_currently_assigned", "Assigned teammate", Text, TEAMMATE).shows(Admins),
    Attribute::new("ticket", "team_currently_assigned_id", "Assigned team ID", Number, "nullif(t.team_assignee_id, 0)"),
    Attribute::new("ticket", "team_currently_assigned", "Assigned team", Text, TEAM).shows(Admins),
    Attribute::new("ticket", "first_closed_at", "First closed at", Number, "t.first_close_at"),
    Attribute::new("ticket", "last_closed_at", "Last closed at", Number, "t.last_close_at"),
    Attribute::new("ticket", "last_closed_by_id", "Last closed by, ID", Number, "t.last_closed_by_id"),
    Attribute::new("ticket", "last_closed_by", "Last closed by", Text, CLOSED_BY).shows(Admins),
    Attribute::new("ticket", "time_to_assignment", "Time to assignment (seconds)", Number, "t.time_to_assignment"),
    Attribute::new("ticket", "time_to_first_response", "Time to first response (seconds)", Number, "t.time_to_admin_reply"),
    Attribute::new("ticket", "time_to_first_close", "Time to first close (seconds)", Number, "t.time_to_first_close"),
    Attribute::new("ticket", "time_to_last_close", "Time to last close (seconds)", Number, "t.time_to_last_close"),
    Attribute::new("ticket", "number_of_assignments", "Assignments", Number, "t.count_assignments"),
    Attribute::new("ticket", "number_of_reopens", "Reopens", Number, "t.count_reopens"),
    Attribute::new("ticket", "number_of_parts", "Parts", Number, "t.count_parts"),
    Attribute::new("people", "user_id", "User ID", Contact, CONTACT).shows(People),
    Attribute::new("people", "user_external_id", "User external ID", Text, of_contact!("external_id")).shows(People),
    Attribute::new("people", "user_email", "User email", Text, of_contact!("email")).shows(People),
    Attribute::new("people", "user_name", "User name", Text, of_contact!("name")).shows(People),
    Attribute::new("company", "company_id", "Company ID", Company, "t.company_id").shows(People),
    Attribute::new("company", "company_name", "Company name", Text, of_company!("name")).shows(People),
];
