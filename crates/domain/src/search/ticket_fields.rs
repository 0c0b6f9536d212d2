//! The searchable fields of tickets.

use deskwire_store::search::{self, conversations as column};

use super::fields::{Fields, Standard, Type, at, detail};
use deskwire_store::search::Target;

/// The number of a ticket's title in `search_values`. Each ticket type also stores it under the id of its own
/// attribute.
pub(crate) const TITLE: i64 = 120;
/// The number of a ticket's description in `search_values`.
pub(crate) const DESCRIPTION: i64 = 121;

/// The fields of tickets that are stored in `search_values`, under small numbers.
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
        ("state", Type::Category, Some(at(&column::TICKET_STATE_ID))),
        ("created_at", Type::Time, Some(at(&column::CREATED_AT))),
        ("updated_at", Type::Time, Some(at(&column::UPDATED_AT))),
        ("snoozed_until", Type::Time, Some(at(&column::SNOOZED_UNTIL))),
    ],
    standard: STANDARD,
    aliases: &[("tag_id", "tag_ids"), ("_default_title_", "title"), ("_default_description_", "description")],
    inclusive: true,
    exact_times: true,
};
