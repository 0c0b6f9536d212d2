//! The changes of 2.12.

use serde_json::{Map, Value, json};

use super::{ANY, Change, Feature, added, answer_again, field, object, request, required, response};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    request(
        &["PUT /tickets/{id}"],
        "accepts `ticket_state_id` instead of `state`, the name of a category",
        Feature::TicketStates,
    ),
    added("conversation_statistics", &["assigned_team_first_response_time"]),
    added("contact", &["enabled_push_messaging"]),
    object(
        "ticket",
        "`ticket_state` is an object, which replaces `ticket_state_internal_label` and `ticket_state_external_label`",
        |ticket| {
            let Some(Value::Object(mut state)) = ticket.shift_remove("ticket_state") else { return };
            for (key, from) in [
                ("ticket_state", "category"),
                ("ticket_state_internal_label", "internal_label"),
                ("ticket_state_external_label", "external_label"),
            ] {
                ticket.insert(key.to_owned(), state.remove(from).unwrap_or_default());
            }
        },
    ),
    added("ticket_type", &["ticket_states"]),
    response(
        "GET /ticket_types",
        "lists the types in `data`, not in `ticket_types`; its `type` is `list` again",
        list_as_described,
    ),
    object("admin", "`avatar` is a URL again", |admin| {
        if let Some(avatar) = admin.get_mut("avatar").filter(|a| a.is_string()) {
            *avatar = json!({"image_url": avatar.take()});
        }
    }),
    required(
        Version::V2_11,
        "company",
        "app_id",
        &[("last_request_at", "0"), ("size", "0"), ("website", "\"\""), ("industry", "\"\"")],
    ),
    required(Version::V2_11, "data_attribute", "full_name", &[("description", "\"\"")]),
    required(Version::V2_11, "ticket_part", "part_type", &[("body", "null")]),
    required(Version::V2_11, "user_message", "message_type", &[("subject", "\"\"")]),
    required(Version::V2_11, "admin_message", "message_type", &[("subject", "\"\""), ("conversation_id", "\"\"")]),
    required(Version::V2_11, "admin", "has_inbox_seat", &[("job_title", "\"\"")]),
    field("note", "author", "may lack `job_title`, `has_inbox_seat` and `team_ids`", |author| {
        if let Value::Object(author) = author {
            // The fields that a token with no scope except reading notes must not see.
            for (key, nothing) in [("job_title", json!("")), ("has_inbox_seat", json!(false)), ("team_ids", json!([]))]
            {
                author.entry(key).or_insert(nothing);
            }
        }
    }),
    field(
        "ticket_type",
        "ticket_type_attributes",
        "lists the attributes in `data`; its `type` is `list` again",
        |list| {
            list["type"] = ATTRIBUTES.into();
            if let Some(data) = list.get("data").cloned() {
                list["ticket_type_attributes"] = data;
            }
        },
    ),
    field("ticket_type_attribute", "input_options", "is null where there are none", |options| {
        if options.is_null() {
            *options = json!({});
        }
    }),
    // 2.11 is the only version whose description requires nearly every field, and most of them are not nullable.
    answer_again(
        ANY,
        "fields without a value may be absent",
        Feature::OptionalFields,
        &[Version::V2_7, Version::V2_8, Version::V2_9, Version::V2_10],
    ),
];

/// The `type` of both kinds of lists in 2.11.
const ATTRIBUTES: &str = "ticket_type_attributes.list";

/// Returns the list under both names: the description has one of them, and its examples show the other.
fn list_as_described(list: &mut Map<String, Value>) {
    let Some(types) = list.get("data").cloned() else { return };
    list.insert("type".to_owned(), ATTRIBUTES.into());
    list.insert("ticket_types".to_owned(), types);
}

/// Whether this is the response of `GET /me`, in which the avatar has always been an object.
pub(super) fn is_me(admin: &Map<String, Value>) -> bool {
    admin.contains_key("app")
}
