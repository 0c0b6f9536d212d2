//! What 2.15 changed.

use serde_json::Value;

use super::{Change, added, field};

pub(super) const CHANGES: &[Change] = &[
    added("conversation", &["company"], "conversations show the `company` they are about"),
    field("conversation_part", "event_details", "parts tell what an attribute was before", |details| {
        if let Some(Value::Object(value)) = details.get_mut("value") {
            value.shift_remove("previous");
        }
    }),
];
