//! What the newest version has that 2.16 has not.

use serde_json::Value;

use super::{Change, added, added_again, field, response};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    field("conversation_part", "event_details", "parts tell which tags came and went", |details| {
        if details.get("tags_added").is_some() {
            *details = Value::Null;
        }
    }),
    added("conversation", &["ai_topics"], "conversations have `ai_topics`"),
    field("company", "notes", "`notes` of a company are a list with an address", |notes| {
        if let Value::Object(notes) = notes {
            for key in ["data", "url", "total_count", "has_more"] {
                notes.shift_remove(key);
            }
        }
    }),
    response("GET /contacts/{id}/companies", "the companies of a contact show their `notes`", |list| {
        for company in list.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(company) = company {
                company.shift_remove("notes");
            }
        }
    }),
    added_again(
        "contact",
        &["formatted_phone"],
        &[Version::V2_11, Version::V2_13],
        "contacts have `formatted_phone`, as they had in 2.11 and 2.13",
    ),
    response("GET /me", "the admin of a token has a `role`", |me| {
        me.shift_remove("role");
    }),
    field("data_attribute", "data_type", "standard times are `datetime`, not `date`", |data_type| {
        if data_type == "datetime" {
            *data_type = "date".into();
        }
    }),
];
