//! What 2.16 changed.

use serde_json::Value;

use super::{Change, added, object, response};

pub(super) const CHANGES: &[Change] = &[
    object("contact", "`owner_id` of a contact is a text, not a number", |contact| {
        if let Some(id) = contact.get_mut("owner_id")
            && let Some(number) = id.as_str().and_then(|s| s.parse::<i64>().ok())
        {
            *id = number.into();
        }
    }),
    object("conversation", "unassigned conversations have an assignee 0, not null", |conversation| {
        for key in ["admin_assignee_id", "team_assignee_id"] {
            if let Some(id) = conversation.get_mut(key)
                && *id == 0
            {
                *id = Value::Null;
            }
        }
    }),
    object("conversation", "there are five priorities, not two", |conversation| {
        if let Some(priority) = conversation.get_mut("priority") {
            let high = priority == "high" || priority == "urgent";
            *priority = if high { "priority" } else { "not_priority" }.into();
        }
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
    object("ticket", "the assignees of a ticket are numbers, not texts", |ticket| {
        for key in ["admin_assignee_id", "team_assignee_id"] {
            if let Some(id) = ticket.get_mut(key).filter(|id| id.is_number()) {
                *id = id.to_string().into();
            }
        }
    }),
    added("contact", &["merge_history"], "contacts can show their `merge_history`"),
    added("admin", &["role"], "admins have a `role`"),
    added("note", &["company"], "notes name their `company`"),
    added("company", &["notes"], "companies have `notes`"),
    response("POST /tags", "tagging lists what was tagged", |tag: &mut serde_json::Map<String, Value>| {
        tag.shift_remove("users");
        tag.shift_remove("companies");
    }),
];
