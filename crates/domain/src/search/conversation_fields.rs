//! The searchable fields of conversations.

use deskwire_store::search::{self, Target, conversations as column};

use super::fields::{Fields, Standard, Type, at, detail};

/// The fields of conversations that are stored in `search_values`, under small numbers.
pub const STANDARD: &[Standard] = &[
    detail(101, "ai_agent_participated", Type::Flag),
    detail(102, "ai_agent.resolution_state", Type::Text),
    detail(103, "ai_agent.last_answer_type", Type::Text),
    detail(104, "ai_agent.rating", Type::Integer),
    detail(105, "ai_agent.rating_remark", Type::Text),
    detail(106, "ai_agent.source_type", Type::Text),
    detail(107, "ai_agent.source_title", Type::Text),
    detail(110, "conversation_rating.requested_at", Type::Time),
    detail(111, "conversation_rating.replied_at", Type::Time),
    detail(112, "conversation_rating.score", Type::Integer),
    detail(113, "conversation_rating.remark", Type::Text),
    detail(114, "conversation_rating.contact_id", Type::Text),
    detail(115, "conversation_rating.admin_id", Type::Text),
];

/// The fields of conversations. Tickets that are found as conversations have the same fields.
pub static CONVERSATIONS: Fields = Fields {
    resource: &search::ALL_CONVERSATIONS,
    columns: &[
        ("id", Type::Id, Some(Target::Id)),
        ("created_at", Type::Time, Some(at(&column::CREATED_AT))),
        ("updated_at", Type::Time, Some(at(&column::UPDATED_AT))),
        ("source.type", Type::Text, Some(at(&column::SOURCE_TYPE))),
        ("source.id", Type::Integer, Some(at(&column::SOURCE_ID))),
        ("source.delivered_as", Type::Text, Some(at(&column::DELIVERED_AS))),
        ("source.subject", Type::Text, Some(at(&column::SUBJECT))),
        ("source.body", Type::Words, Some(at(&column::BODY))),
        ("source.author.id", Type::Author, Some(at(&column::AUTHOR_ID))),
        ("source.author.type", Type::Text, Some(at(&column::AUTHOR_TYPE))),
        ("source.author.name", Type::Text, Some(at(&column::AUTHOR_NAME))),
        ("source.author.email", Type::Text, Some(at(&column::AUTHOR_EMAIL))),
        ("source.url", Type::Text, Some(at(&column::URL))),
        ("contact_ids", Type::Contacts, Some(Target::Link(&column::CONTACTS))),
        ("teammate_ids", Type::Members, Some(Target::Link(&column::TEAMMATES))),
        ("tag_ids", Type::Members, Some(Target::Link(&column::TAGS))),
        ("admin_assignee_id", Type::Assignee, Some(at(&column::ADMIN_ASSIGNEE_ID))),
        ("team_assignee_id", Type::Assignee, Some(at(&column::TEAM_ASSIGNEE_ID))),
        ("channel_initiated", Type::Text, Some(at(&column::CHANNEL_INITIAL))),
        ("open", Type::Open, Some(at(&column::STATE))),
        ("read", Type::Switch, Some(at(&column::READ))),
        ("state", Type::Text, Some(at(&column::STATE))),
        ("waiting_since", Type::Time, Some(at(&column::WAITING_SINCE))),
        ("snoozed_until", Type::Time, Some(at(&column::SNOOZED_UNTIL))),
        ("priority", Type::Text, Some(at(&column::PRIORITY))),
        ("title", Type::Text, Some(at(&column::TITLE))),
        ("statistics.time_to_assignment", Type::Integer, Some(at(&column::TIME_TO_ASSIGNMENT))),
        ("statistics.time_to_admin_reply", Type::Integer, Some(at(&column::TIME_TO_ADMIN_REPLY))),
        ("statistics.time_to_first_close", Type::Integer, Some(at(&column::TIME_TO_FIRST_CLOSE))),
        ("statistics.time_to_last_close", Type::Integer, Some(at(&column::TIME_TO_LAST_CLOSE))),
        ("statistics.median_time_to_reply", Type::Integer, Some(at(&column::MEDIAN_TIME_TO_REPLY))),
        ("statistics.first_contact_reply_at", Type::Time, Some(at(&column::FIRST_CONTACT_REPLY_AT))),
        ("statistics.first_assignment_at", Type::Time, Some(at(&column::FIRST_ASSIGNMENT_AT))),
        ("statistics.first_admin_reply_at", Type::Time, Some(at(&column::FIRST_ADMIN_REPLY_AT))),
        ("statistics.first_close_at", Type::Time, Some(at(&column::FIRST_CLOSE_AT))),
        ("statistics.last_assignment_at", Type::Time, Some(at(&column::LAST_ASSIGNMENT_AT))),
        ("statistics.last_assignment_admin_reply_at", Type::Time, Some(at(&column::LAST_ASSIGNMENT_ADMIN_REPLY_AT))),
        ("statistics.last_contact_reply_at", Type::Time, Some(at(&column::LAST_CONTACT_REPLY_AT))),
        ("statistics.last_admin_reply_at", Type::Time, Some(at(&column::LAST_ADMIN_REPLY_AT))),
        ("statistics.last_close_at", Type::Time, Some(at(&column::LAST_CLOSE_AT))),
        ("statistics.last_closed_by_id", Type::Integer, Some(at(&column::LAST_CLOSED_BY_ID))),
        ("statistics.count_reopens", Type::Integer, Some(at(&column::COUNT_REOPENS))),
        ("statistics.count_assignments", Type::Integer, Some(at(&column::COUNT_ASSIGNMENTS))),
        ("statistics.count_conversation_parts", Type::Integer, Some(at(&column::COUNT_PARTS))),
        ("ticket_type_id", Type::Integer, Some(at(&column::TICKET_TYPE_ID))),
    ],
    standard: STANDARD,
    // The first alias is the API description's spelling.
    aliases: &[("conversation_rating.admin_d", "conversation_rating.admin_id"), ("tag_id", "tag_ids")],
    inclusive: true,
    exact_times: true,
};
