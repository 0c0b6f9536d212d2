//! Behaviour that differs between versions without changing a shape.

use super::Version;

/// Since 2.16 a merged contact is 410 with a link to the canonical one; before it is 404.
pub fn merged_is_gone(version: Version) -> bool {
    version >= Version::V2_16
}

/// Since 2.16 contacts are merged only when they are duplicates, unless the caller insists.
pub fn merge_wants_duplicates(version: Version) -> bool {
    version >= Version::V2_16
}

/// Since 2.16 `POST /tags` passes over unknown people and companies; before it refuses them.
pub fn tagging_skips_unknown(version: Version) -> bool {
    version >= Version::V2_16
}

/// Since 2.11 new data attributes are not writable by the messenger unless asked for.
pub fn messenger_writable_by_default(version: Version) -> bool {
    version < Version::V2_11
}

/// Since 2.16 conversation attributes have operations of their own.
pub fn conversation_attributes_apart(version: Version) -> bool {
    version >= Version::V2_16
}

/// Up to 2.16 searches compare a contact's times by whole days of the workspace.
pub fn times_by_day(version: Version) -> bool {
    version <= Version::V2_16
}

/// Up to 2.15 a search's sort order may be any word.
pub fn sort_order_lenient(version: Version) -> bool {
    version <= Version::V2_15
}

/// Since 2.16 a company's `last_request_at` can be set to now.
pub fn companies_request_now(version: Version) -> bool {
    version >= Version::V2_16
}

/// Since 2.14 admins say why they are away; before it the reason is not read.
pub fn away_has_reasons(version: Version) -> bool {
    version >= Version::V2_14
}

/// The newest version tells priorities only of teams that balance work.
pub fn priorities_only_of_balanced_teams(version: Version) -> bool {
    version >= Version::Unstable
}

/// Since 2.16 the instances of a type are listed; before it one is named by its external id.
pub fn custom_objects_are_listed(version: Version) -> bool {
    version >= Version::V2_16
}

/// Since 2.13 a conversation's title can be set.
pub fn conversations_take_a_title(version: Version) -> bool {
    version >= Version::V2_13
}

/// Since 2.14 a conversation's company can be set.
pub fn conversations_take_a_company(version: Version) -> bool {
    version >= Version::V2_14
}

/// The newest version can set a conversation's priority, and say who did.
pub fn conversations_take_a_priority(version: Version) -> bool {
    version >= Version::Unstable
}

/// Lists of conversations show custom attributes since 2.14, and did in 2.11.
pub fn attributes_in_lists(version: Version) -> bool {
    version >= Version::V2_14 || version == Version::V2_11
}

/// In 2.11 nearly every field is required: the sizes of attachments, the teammates of a conversation, the state of a
/// ticket in each of its parts, the count of a company's segments.
pub fn fields_are_required(version: Version) -> bool {
    version == Version::V2_11
}

/// Since 2.15 webhooks tell of conversations in plain text, and of the times in their statistics in numbers.
pub fn told_in_plain_text(version: Version) -> bool {
    version >= Version::V2_15
}

/// Since 2.12 tickets move by the id of a state; before by the name of its category.
pub fn tickets_have_states(version: Version) -> bool {
    version >= Version::V2_12
}

/// Up to 2.13 who changes a ticket, and who gets it, is told in an object of its own.
pub fn ticket_assignment_apart(version: Version) -> bool {
    version <= Version::V2_13
}

/// Since 2.14 new tickets can be given to somebody at once.
pub fn tickets_are_made_assigned(version: Version) -> bool {
    version >= Version::V2_14
}

/// Since 2.14 new tickets can be linked to a conversation at once.
pub fn tickets_are_made_linked(version: Version) -> bool {
    version >= Version::V2_14
}

/// Since 2.16 a conversation can become a ticket of any state.
pub fn conversions_have_states(version: Version) -> bool {
    version >= Version::V2_16
}

/// Since 2.15 webhooks tell of a closed ticket one level further down.
pub fn closed_tickets_are_wrapped(version: Version) -> bool {
    version >= Version::V2_15
}

/// In 2.9 tickets are replied to with notes; comments, and replies of contacts, came with 2.10.
pub fn tickets_take_notes_only(version: Version) -> bool {
    version <= Version::V2_9
}

/// Since 2.16 a conversation can be deleted together with its statistics.
pub fn metrics_can_be_deleted(version: Version) -> bool {
    version >= Version::V2_16
}
