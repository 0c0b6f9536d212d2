//! What 2.16 changed.

use super::{Change, added, field, response};

pub(super) const CHANGES: &[Change] = &[
    field("contact", "owner_id", "`owner_id` of a contact is a text, not a number", |id| {
        if let Some(number) = id.as_str().and_then(|s| s.parse::<i64>().ok()) {
            *id = number.into();
        }
    }),
    added("contact", &["merge_history"], "contacts can show their `merge_history`"),
    added("admin", &["role"], "admins have a `role`"),
    added("note", &["company"], "notes name their `company`"),
    added("company", &["notes"], "companies have `notes`"),
    response("POST /tags", "tagging lists what was tagged", |tag| {
        tag.shift_remove("users");
        tag.shift_remove("companies");
    }),
];
