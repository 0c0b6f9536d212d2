//! What 2.14 changed.

use serde_json::Value;

use super::{Change, added, object};

pub(super) const CHANGES: &[Change] = &[
    added("ticket_part", &["updated_attribute_data"], "parts of tickets tell which attribute changed"),
    added("conversation_part", &["metadata"], "parts of conversations have `metadata`"),
    object("conversation_part", "authors of parts tell whether they are an AI agent", |part| {
        if let Some(Value::Object(author)) = part.get_mut("author") {
            author.shift_remove("from_ai_agent");
            author.shift_remove("is_ai_answer");
        }
    }),
    object("conversation", "ratings tell when they were changed", |conversation| {
        if let Some(Value::Object(rating)) = conversation.get_mut("conversation_rating") {
            rating.shift_remove("updated_at");
        }
    }),
    added("admin", &["away_status_reason_id"], "admins say why they are away"),
    added("team", &["assignment_limit", "distribution_method"], "teams say how they distribute"),
];
