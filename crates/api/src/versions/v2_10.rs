//! The changes of 2.10.

use serde_json::Value;

use super::{Change, Feature, added, answer, request, response};

pub(super) const CHANGES: &[Change] = &[
    request(
        &["POST /tickets/{id}/reply"],
        "accepts comments, and replies of contacts, besides notes of admins",
        Feature::TicketComments,
    ),
    added("conversation", &["linked_objects"]),
    added("ticket", &["category", "open", "linked_objects", "snoozed_until"]),
    response("GET /conversations", "`contacts` show their `external_id`", |list| {
        let conversations = list.get_mut("conversations").and_then(Value::as_array_mut).into_iter().flatten();
        for conversation in conversations {
            let contacts = conversation.pointer_mut("/contacts/contacts").and_then(Value::as_array_mut);
            for contact in contacts.into_iter().flatten().filter_map(Value::as_object_mut) {
                contact.shift_remove("external_id");
            }
        }
    }),
    added("ticket_type", &["category"]),
    answer(
        &[
            "GET /help_center/collections",
            "POST /help_center/collections",
            "GET /help_center/collections/{id}",
            "PUT /help_center/collections/{id}",
            "DELETE /help_center/collections/{id}",
        ],
        "sections are collections with a `parent_id`; collections have no `type`",
        Feature::NestedCollections,
    ),
];
