//! What 2.14 changed.

use serde_json::Value;

use super::{Change, added, field};

pub(super) const CHANGES: &[Change] = &[
    added("ticket_part", &["updated_attribute_data"], "parts of tickets tell which attribute changed"),
    added("conversation_part", &["metadata"], "parts of conversations have `metadata`"),
    field("conversation_part", "author", "authors of parts tell whether they are an AI agent", |author| {
        if let Value::Object(author) = author {
            author.shift_remove("from_ai_agent");
            author.shift_remove("is_ai_answer");
        }
    }),
    field("conversation", "conversation_rating", "ratings tell when they were changed", |rating| {
        if let Value::Object(rating) = rating {
            rating.shift_remove("updated_at");
        }
    }),
    added("admin", &["away_status_reason_id"], "admins say why they are away"),
    added("team", &["assignment_limit", "distribution_method"], "teams say how they distribute"),
];
