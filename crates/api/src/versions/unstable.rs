//! What the newest version has that 2.16 has not.

use serde_json::Value;

use super::{Change, added, added_again, object, response};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    added("conversation", &["ai_topics"], "conversations have `ai_topics`"),
    object("company", "`notes` of a company are a list with an address", |company| {
        if let Some(Value::Object(notes)) = company.get_mut("notes") {
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
    object("data_attribute", "standard times are `datetime`, not `date`", |attribute| {
        if attribute.get("data_type").and_then(Value::as_str) == Some("datetime") {
            attribute.insert("data_type".to_owned(), "date".into());
        }
    }),
];
