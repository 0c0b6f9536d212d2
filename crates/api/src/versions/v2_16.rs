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
    added("contact", &["merge_history"], "contacts can show their `merge_history`"),
    added("admin", &["role"], "admins have a `role`"),
    added("note", &["company"], "notes name their `company`"),
    added("company", &["notes"], "companies have `notes`"),
    response("POST /tags", "tagging lists what was tagged", |tag: &mut serde_json::Map<String, Value>| {
        tag.shift_remove("users");
        tag.shift_remove("companies");
    }),
];
