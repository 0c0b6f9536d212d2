//! What 2.13 changed.

use super::{Change, added, added_again};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    added("ticket_part", &["app_package_code"], "parts of tickets name the app that wrote them"),
    added_again(
        "conversation",
        &["custom_attributes"],
        &[Version::V2_11],
        "conversations have `custom_attributes`, as they had in 2.11",
    ),
    added(
        "conversation_part",
        &["app_package_code", "email_message_metadata", "event_details", "state", "tags"],
        "parts of conversations tell of `state`, `tags`, `event_details`, `email_message_metadata` and `app_package_code`",
    ),
    added(
        "conversation_statistics",
        &["adjusted_handling_time", "assigned_team_first_response_time_in_office_hours", "handling_time"],
        "statistics tell of handling times",
    ),
];
