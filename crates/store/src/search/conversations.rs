//! The search columns and links of conversations.

use super::resource::{Column, Composite, Kind, Link, Resource, column, columns, link, unindexed};

/// The contacts of a conversation.
pub static CONTACTS: Link = link(
    "conversation_contacts",
    "sqlite_autoindex_conversation_contacts_1",
    "conversation_id",
    "contact_id",
    "conversation_contacts_contact",
);

/// The teammates who participated in a conversation.
pub static TEAMMATES: Link = link(
    "conversation_teammates",
    "sqlite_autoindex_conversation_teammates_1",
    "conversation_id",
    "admin_id",
    "conversation_teammates_admin",
);

/// The tags on a conversation.
pub static TAGS: Link = link(
    "conversation_tags",
    "sqlite_autoindex_conversation_tags_1",
    "conversation_id",
    "tag_id",
    "conversation_tags_tag",
);

columns! {
    /// Whether the conversation is a ticket.
    IS_TICKET = unindexed("is_ticket", Kind::Bool);
    /// `open`, `closed` or `snoozed`.
    STATE = column("state", Kind::Exact, "conversations_state");
    /// Whether the other side's last message was read.
    READ = column("read", Kind::Bool, "conversations_read");
    /// `none`, `low`, `medium`, `high` or `urgent`.
    PRIORITY = column("priority", Kind::Exact, "conversations_priority");
    /// The assigned teammate; 0 for none.
    ADMIN_ASSIGNEE_ID = column("admin_assignee_id", Kind::Int, "conversations_admin_assignee");
    /// The assigned team; 0 for none.
    TEAM_ASSIGNEE_ID = column("team_assignee_id", Kind::Int, "conversations_team_assignee");
    /// When it was created.
    CREATED_AT = column("created_at", Kind::Int, "conversations_created_at");
    /// When it was last changed.
    UPDATED_AT = column("updated_at", Kind::Int, "conversations_updated_at");
    /// Since when the contact has been waiting.
    WAITING_SINCE = column("waiting_since", Kind::Int, "conversations_waiting_since").nullable()
        .guard("waiting_since IS NOT NULL");
    /// When snoozing ends.
    SNOOZED_UNTIL = column("snoozed_until", Kind::Int, "conversations_snoozed_until").nullable()
        .guard("snoozed_until IS NOT NULL");
    /// The type of the source.
    SOURCE_TYPE = column("source_type", Kind::Exact, "conversations_source_type");
    /// The id of its first message.
    SOURCE_ID = column("source_id", Kind::Int, "conversations_source_id").distinct();
    /// How its first message was delivered.
    DELIVERED_AS = column("source_delivered_as", Kind::Exact, "conversations_source_delivered_as");
    /// Its subject, folded.
    SUBJECT = column("subject_key", Kind::Folded, "conversations_subject").nullable()
        .guard("subject_key IS NOT NULL").grams('s');
    /// The text of its first message, folded.
    BODY = unindexed("body_key", Kind::Folded).nullable().grams('b');
    /// The type of its first author.
    AUTHOR_TYPE = column("source_author_type", Kind::Exact, "conversations_source_author_type");
    /// Its first author.
    AUTHOR_ID = column("source_author_id", Kind::Int, "conversations_source_author");
    /// The name of its first author, folded.
    AUTHOR_NAME = column("author_name_key", Kind::Folded, "conversations_author_name").nullable()
        .guard("author_name_key IS NOT NULL").grams('a');
    /// The email address of its first author, folded.
    AUTHOR_EMAIL = column("author_email_key", Kind::Folded, "conversations_author_email").nullable()
        .guard("author_email_key IS NOT NULL").grams('u');
    /// The page where it was started.
    URL = column("source_url", Kind::Exact, "conversations_source_url").nullable()
        .guard("source_url IS NOT NULL");
    /// The channel where it began.
    CHANNEL_INITIAL = column("channel_initial", Kind::Exact, "conversations_channel");
    /// `first_contact_reply_at`, described in the migration.
    FIRST_CONTACT_REPLY_AT = column("first_contact_reply_at", Kind::Int, "conversations_first_contact_reply_at").nullable()
        .guard("first_contact_reply_at IS NOT NULL");
    /// `first_assignment_at`, described in the migration.
    FIRST_ASSIGNMENT_AT = column("first_assignment_at", Kind::Int, "conversations_first_assignment_at").nullable()
        .guard("first_assignment_at IS NOT NULL");
    /// `first_admin_reply_at`, described in the migration.
    FIRST_ADMIN_REPLY_AT = column("first_admin_reply_at", Kind::Int, "conversations_first_admin_reply_at").nullable()
        .guard("first_admin_reply_at IS NOT NULL");
    /// `first_close_at`, described in the migration.
    FIRST_CLOSE_AT = column("first_close_at", Kind::Int, "conversations_first_close_at").nullable()
        .guard("first_close_at IS NOT NULL");
    /// `last_assignment_at`, described in the migration.
    LAST_ASSIGNMENT_AT = column("last_assignment_at", Kind::Int, "conversations_last_assignment_at").nullable()
        .guard("last_assignment_at IS NOT NULL");
    /// `last_assignment_admin_reply_at`, described in the migration.
    LAST_ASSIGNMENT_ADMIN_REPLY_AT = column("last_assignment_admin_reply_at", Kind::Int, "conversations_last_assignment_admin_reply_at").nullable()
        .guard("last_assignment_admin_reply_at IS NOT NULL");
    /// `last_contact_reply_at`, described in the migration.
    LAST_CONTACT_REPLY_AT = column("last_contact_reply_at", Kind::Int, "conversations_last_contact_reply_at").nullable()
        .guard("last_contact_reply_at IS NOT NULL");
    /// `last_admin_reply_at`, described in the migration.
    LAST_ADMIN_REPLY_AT = column("last_admin_reply_at", Kind::Int, "conversations_last_admin_reply_at").nullable()
        .guard("last_admin_reply_at IS NOT NULL");
    /// `last_close_at`, described in the migration.
    LAST_CLOSE_AT = column("last_close_at", Kind::Int, "conversations_last_close_at").nullable()
        .guard("last_close_at IS NOT NULL");
    /// `last_closed_by_id`, described in the migration.
    LAST_CLOSED_BY_ID = column("last_closed_by_id", Kind::Int, "conversations_last_closed_by_id").nullable()
        .guard("last_closed_by_id IS NOT NULL");
    /// `time_to_assignment`, described in the migration.
    TIME_TO_ASSIGNMENT = column("time_to_assignment", Kind::Int, "conversations_time_to_assignment").nullable()
        .guard("time_to_assignment IS NOT NULL");
    /// `time_to_admin_reply`, described in the migration.
    TIME_TO_ADMIN_REPLY = column("time_to_admin_reply", Kind::Int, "conversations_time_to_admin_reply").nullable()
        .guard("time_to_admin_reply IS NOT NULL");
    /// `time_to_first_close`, described in the migration.
    TIME_TO_FIRST_CLOSE = column("time_to_first_close", Kind::Int, "conversations_time_to_first_close").nullable()
        .guard("time_to_first_close IS NOT NULL");
    /// `time_to_last_close`, described in the migration.
    TIME_TO_LAST_CLOSE = column("time_to_last_close", Kind::Int, "conversations_time_to_last_close").nullable()
        .guard("time_to_last_close IS NOT NULL");
    /// `median_time_to_reply`, described in the migration.
    MEDIAN_TIME_TO_REPLY = column("median_time_to_reply", Kind::Int, "conversations_median_time_to_reply").nullable()
        .guard("median_time_to_reply IS NOT NULL");
    /// `count_reopens`, described in the migration.
    COUNT_REOPENS = column("count_reopens", Kind::Int, "conversations_count_reopens");
    /// `count_assignments`, described in the migration.
    COUNT_ASSIGNMENTS = column("count_assignments", Kind::Int, "conversations_count_assignments");
    /// `count_parts`, described in the migration.
    COUNT_PARTS = column("count_parts", Kind::Int, "conversations_count_parts");
    /// The type of the ticket.
    TICKET_TYPE_ID = column("ticket_type_id", Kind::Int, "conversations_ticket_type").nullable()
        .guard("ticket_type_id IS NOT NULL");
    /// The state of the ticket.
    TICKET_STATE_ID = column("ticket_state_id", Kind::Int, "conversations_ticket_state").nullable()
        .guard("ticket_state_id IS NOT NULL");
    /// The category of the ticket.
    TICKET_CATEGORY = column("ticket_category", Kind::Exact, "conversations_ticket_category").nullable()
        .guard("ticket_category IS NOT NULL");
    /// Its title.
    TITLE = unindexed("title", Kind::Exact).nullable();
}

const LINKS: &[&Link] = &[&CONTACTS, &TEAMMATES, &TAGS];

/// The index for inboxes: by assignee, state and time of the last change.
const INBOXES: &[Composite] = &[
    Composite {
        index: "conversations_admin_assignee",
        columns: &[&ADMIN_ASSIGNEE_ID, &STATE, &UPDATED_AT, &IS_TICKET],
        besides: &[&WAITING_SINCE, &PRIORITY],
        guard: "",
    },
    Composite {
        index: "conversations_team_assignee",
        columns: &[&TEAM_ASSIGNEE_ID, &STATE, &UPDATED_AT, &IS_TICKET],
        besides: &[&WAITING_SINCE, &PRIORITY],
        guard: "",
    },
    Composite { index: "conversations_state", columns: &[&STATE, &UPDATED_AT, &IS_TICKET], besides: &[], guard: "" },
];

/// All conversations, including tickets.
pub static ALL_CONVERSATIONS: Resource = Resource {
    table: "conversations",
    live: &[],
    id_index: "conversations_id",
    values_are_live: true,
    columns: ALL,
    composites: INBOXES,
    links: LINKS,
};

/// Conversations without tickets.
pub static PLAIN_CONVERSATIONS: Resource =
    Resource { live: &["is_ticket = FALSE"], values_are_live: false, ..ALL_CONVERSATIONS };

/// Tickets.
pub static TICKETS: Resource = Resource { live: &["is_ticket = TRUE"], values_are_live: false, ..ALL_CONVERSATIONS };
