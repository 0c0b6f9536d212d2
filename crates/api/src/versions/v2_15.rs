//! The changes of 2.15.

use serde_json::Value;

use super::{ANY, Change, Feature, added, errors, field, request, webhook};

pub(super) const CHANGES: &[Change] = &[
    added("conversation", &["company"]),
    field(
        "conversation",
        "ai_agent",
        "calls an escalation `escalated`, and bad feedback `negative_feedback`",
        |agent| {
            if let Some(state) = agent.get_mut("resolution_state") {
                match state.as_str() {
                    Some("escalated" | "procedure_handoff") => *state = "routed_to_team".into(),
                    Some("negative_feedback") => *state = "abandoned".into(),
                    _ => {}
                }
            }
        },
    ),
    added("content_import_source", &["audience_ids"]),
    request(
        &["POST /ai/content_import_sources", "PUT /ai/content_import_sources/{id}"],
        "accepts `audience_ids`; an update also `apply_audience_to_existing_content`",
        Feature::SourceAudiences,
    ),
    field("conversation_part", "event_details", "shows the value of an attribute before the change", |details| {
        if let Some(Value::Object(value)) = details.get_mut("value") {
            value.shift_remove("previous");
        }
    }),
    webhook(
        &["conversation", "conversation_part", "ticket"],
        "texts are plain instead of HTML, and the times of `statistics` are numbers instead of strings",
        Feature::PlainWebhooks,
    ),
    webhook(&["ticket.closed"], "the ticket is the field `ticket` of the item", Feature::WrappedClosedTickets),
    errors(
        ANY,
        "those introduced in 2.15 or later refuse a token without their scope with 403 and name the scope, not with 401",
        Feature::NamedScopes,
    ),
];
