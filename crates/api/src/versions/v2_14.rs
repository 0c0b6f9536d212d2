//! The changes of 2.14.

use serde_json::Value;

use super::{Change, Feature, added, answer_again, errors, field, request};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    request(&["PUT /admins/{id}/away"], "accepts `away_status_reason_id`", Feature::AwayReasons),
    request(&["PUT /conversations/{id}"], "accepts `company_id`", Feature::ConversationCompany),
    request(
        &["POST /tickets"],
        "accepts `assignment`, with `admin_assignee_id` and `team_assignee_id`",
        Feature::NewTicketAssignee,
    ),
    request(&["POST /tickets"], "accepts `conversation_to_link_id`", Feature::NewTicketLink),
    request(
        &["PUT /tickets/{id}"],
        "`admin_id` and `assignee_id` are fields of the body, not of `assignment`",
        Feature::InlineTicketAssignee,
    ),
    added("ticket_part", &["updated_attribute_data"]),
    added("conversation_part", &["metadata"]),
    field("conversation", "ai_agent", "has `created_at` and `updated_at`", |agent| {
        if let Value::Object(agent) = agent {
            agent.shift_remove("created_at");
            agent.shift_remove("updated_at");
        }
    }),
    field("conversation_part", "author", "has `from_ai_agent` and `is_ai_answer`", |author| {
        if let Value::Object(author) = author {
            author.shift_remove("from_ai_agent");
            author.shift_remove("is_ai_answer");
        }
    }),
    field("conversation", "conversation_rating", "has `updated_at`", |rating| {
        if let Value::Object(rating) = rating {
            rating.shift_remove("updated_at");
        }
    }),
    answer_again(
        &["GET /conversations", "POST /conversations/search"],
        "conversations show their `custom_attributes`",
        Feature::AttributesInLists,
        &[Version::V2_11],
    ),
    added("admin", &["away_status_reason_id"]),
    added("team", &["assignment_limit", "distribution_method"]),
    errors(
        &["PUT /admins/{id}/away"],
        "a bad request is refused with `code` and `message` alone, without `field` and `request_id`",
        Feature::TerseAwayRefusals,
    ),
];
