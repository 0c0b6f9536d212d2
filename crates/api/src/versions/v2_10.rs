//! What 2.10 changed.

use serde_json::Value;

use super::{Change, added, response};

pub(super) const CHANGES: &[Change] = &[
    added("conversation", &["linked_objects"], "conversations show what they are linked to"),
    added(
        "ticket",
        &["category", "open", "linked_objects", "snoozed_until"],
        "tickets have a `category`, and can be closed, snoozed and linked",
    ),
    response("GET /conversations", "lists show the `external_id` of contacts", |list| {
        let conversations = list.get_mut("conversations").and_then(Value::as_array_mut).into_iter().flatten();
        for conversation in conversations {
            let contacts = conversation.pointer_mut("/contacts/contacts").and_then(Value::as_array_mut);
            for contact in contacts.into_iter().flatten().filter_map(Value::as_object_mut) {
                contact.shift_remove("external_id");
            }
        }
    }),
    added("ticket_type", &["category"], "ticket types have a `category`"),
];
