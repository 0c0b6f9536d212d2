//! What 2.10 changed.

use super::{Change, added};

pub(super) const CHANGES: &[Change] = &[
    added("conversation", &["linked_objects"], "conversations show what they are linked to"),
    added(
        "ticket",
        &["category", "open", "linked_objects", "snoozed_until"],
        "tickets have a `category`, and can be closed, snoozed and linked",
    ),
    added("ticket_type", &["category"], "ticket types have a `category`"),
];
