//! The fields of tickets that can be searched.

use deskwire_store::search::{self, conversations as column};

use super::fields::{Fields, Standard, Type, at, detail};
use deskwire_store::search::Target;

/// The number of a ticket's title in `search_values`: each type keeps it under an id of its own.
pub(crate) const TITLE: i64 = 120;
/// The number of what a ticket is about.
pub(crate) const DESCRIPTION: i64 = 121;

/// Fields of tickets that are kept in `search_values`, under small numbers.
pub const STANDARD: &[Standard] = &[detail(TITLE, "title", Type::Text), detail(DESCRIPTION, "description", Type::Text)];

/// The fields of tickets.
pub static TICKETS: Fields = Fields {
    resource: &search::TICKETS,
    columns: &[
        ("id", Type::Id, Some(Target::Id)),
        ("category", Type::Text, Some(at(&column::TICKET_CATEGORY))),
        ("ticket_type_id", Type::Integer, Some(at(&column::TICKET_TYPE_ID))),
        ("ticket_state_id", Type::Integer, Some(at(&column::TICKET_STATE_ID))),
        ("contact_ids", Type::Contacts, Some(Target::Link(&column::CONTACTS))),
        ("teammate_ids", Type::Members, Some(Target::Link(&column::TEAMMATES))),
        ("tag_ids", Type::Members, Some(Target::Link(&column::TAGS))),
        ("admin_assignee_id", Type::Assignee, Some(at(&column::ADMIN_ASSIGNEE_ID))),
        ("team_assignee_id", Type::Assignee, Some(at(&column::TEAM_ASSIGNEE_ID))),
        ("open", Type::Open, Some(at(&column::STATE))),
        ("created_at", Type::Time, Some(at(&column::CREATED_AT))),
        ("updated_at", Type::Time, Some(at(&column::UPDATED_AT))),
        ("snoozed_until", Type::Time, Some(at(&column::SNOOZED_UNTIL))),
    ],
    standard: STANDARD,
    aliases: &[("tag_id", "tag_ids"), ("_default_title_", "title"), ("_default_description_", "description")],
    inclusive: true,
};
