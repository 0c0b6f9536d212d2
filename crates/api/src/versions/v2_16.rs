//! What 2.16 changed.

use serde_json::Value;

use super::{Change, added, field, response};

pub(super) const CHANGES: &[Change] = &[
    field("contact", "owner_id", "`owner_id` of a contact is a text, not a number", |id| {
        if let Some(number) = id.as_str().and_then(|s| s.parse::<i64>().ok()) {
            *id = number.into();
        }
    }),
    field("conversation", "admin_assignee_id", UNASSIGNED, null_for_nobody),
    field("conversation", "team_assignee_id", UNASSIGNED, null_for_nobody),
    field("conversation", "priority", "there are five priorities, not two", |priority| {
        let high = priority == "high" || priority == "urgent";
        *priority = if high { "priority" } else { "not_priority" }.into();
    }),
    added(
        "conversation",
        &[
            "channel",
            "external_references",
            "monitor_evaluations",
            "sales_agent",
            "sales_agent_participated",
            "scorecards",
        ],
        "conversations tell of their `channel`",
    ),
    added("ticket", &["previous_ticket_state_id"], "tickets name the state they were in before"),
    field("ticket", "admin_assignee_id", ASSIGNEES, as_text),
    field("ticket", "team_assignee_id", ASSIGNEES, as_text),
    added("contact", &["merge_history"], "contacts can show their `merge_history`"),
    added("admin", &["role"], "admins have a `role`"),
    added("note", &["company"], "notes name their `company`"),
    added("company", &["notes"], "companies have `notes`"),
    response("POST /tags", "tagging lists what was tagged", |tag| {
        tag.shift_remove("users");
        tag.shift_remove("companies");
    }),
];

const UNASSIGNED: &str = "unassigned conversations have an assignee 0, not null";

const ASSIGNEES: &str = "the assignees of a ticket are numbers, not texts";

fn as_text(id: &mut Value) {
    *id = id.to_string().into();
}

fn null_for_nobody(id: &mut Value) {
    if *id == 0 {
        *id = Value::Null;
    }
}
