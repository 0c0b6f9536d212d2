//! The changes of 2.13.

use super::{Change, Feature, added, added_again, request};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    request(&["PUT /conversations/{id}"], "accepts `title`", Feature::ConversationTitle),
    added("article", &["tags"]),
    added("ticket_part", &["app_package_code"]),
    added_again("conversation", &["custom_attributes"], &[Version::V2_11]),
    added("conversation_part", &["app_package_code", "email_message_metadata", "event_details", "state", "tags"]),
    added(
        "conversation_statistics",
        &["adjusted_handling_time", "assigned_team_first_response_time_in_office_hours", "handling_time"],
    ),
];
