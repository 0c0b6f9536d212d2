//! The tables, one file each: rows as structs, and the statements over them.
//!
//! A function takes a transaction bound to a workspace, whose id is `$1` of every statement. There are no rules here:
//! those are in the domain.

pub mod activity_logs;
pub mod admin_status_changes;
pub mod admin_visits;
pub mod admins;
pub mod apps;
pub mod article_contents;
pub mod article_versions;
pub mod articles;
pub mod attachments;
pub mod audiences;
pub mod away_status_reasons;
pub mod banners;
pub mod brands;
pub mod bulk_jobs;
pub mod call_transcripts;
pub mod calls;
pub mod catalogs;
pub mod collections;
pub(crate) mod column_enum;
pub mod companies;
pub mod company_tags;
pub mod contact_activities;
pub mod contact_companies;
pub mod contact_links;
pub mod contact_tags;
pub mod contacts;
pub mod content_entries;
pub mod content_import_sources;
pub mod content_snippets;
pub mod content_words;
pub mod conversation_attributes;
pub mod conversation_links;
pub mod conversation_merges;
pub mod conversation_parts;
pub mod conversation_reads;
pub mod conversation_rows;
pub mod conversation_tags;
pub mod conversations;
pub mod counters;
pub mod counts;
pub mod custom_object_instances;
pub mod custom_object_links;
pub mod custom_object_types;
pub mod data_attributes;
pub mod data_connector_executions;
pub mod data_connectors;
pub mod data_events;
pub mod deleted_conversations;
pub mod drafts;
pub mod email_settings;
mod erase;
pub mod events;
pub mod exports;
pub mod external_pages;
pub mod fin_events;
pub mod fin_procedures;
pub mod fin_requests;
pub mod fin_sessions;
pub mod fin_settings;
pub mod fin_usage;
pub mod folders;
pub mod handling_events;
pub mod held_conversations;
pub mod held_replies;
pub mod help_center_redirects;
pub mod help_centers;
pub mod inbox_answers;
pub mod inbox_preferences;
pub mod inbox_sessions;
pub mod internal_articles;
pub mod invitations;
pub mod jobs;
pub mod loose_files;
pub mod macros;
pub mod mails;
pub mod messages;
pub mod news_items;
pub mod newsfeed_assignments;
pub mod newsfeeds;
pub mod notes;
pub mod notifications;
pub mod oauth_codes;
pub mod office_hours;
pub mod phone_call_redirects;
pub mod rate_limits;
pub mod receipts;
pub(crate) mod record;
pub mod report_counts;
pub mod reporting;
pub mod roles;
pub mod scrolls;
pub mod second_factors;
pub mod secure_mode_secrets;
pub mod segments;
pub mod side_conversations;
pub mod sign_in;
pub mod stored_counts;
pub mod subscription_types;
pub mod taggings;
pub mod tags;
pub mod teams;
pub mod ticket_links;
pub mod ticket_states;
pub mod ticket_type_attributes;
pub mod ticket_types;
pub mod tokens;
pub mod uploads;
pub mod views;
pub mod webhook_deliveries;
pub mod webhook_subscriptions;
pub mod whatsapp_messages;
pub mod workflows;
pub mod workspaces;

use crate::Value;
use crate::ids::Id;

/// `$first, $first+1, ...`: a list of `count` placeholders for `IN (...)`.
pub(crate) fn places(first: usize, count: usize) -> String {
    let mut out = String::with_capacity(count * 5);
    for i in first..first + count {
        if i > first {
            out.push_str(", ");
        }
        out.push('$');
        out.push_str(&i.to_string());
    }
    out
}

/// The ids as values, the last one repeated up to a power of two, so that there are few different statements.
pub(crate) fn padded<I: Id>(ids: &[I]) -> Vec<Value<'static>> {
    let Some(last) = ids.last() else { return Vec::new() };
    let mut values: Vec<Value<'static>> = ids.iter().map(|id| (*id).into()).collect();
    values.resize(ids.len().next_power_of_two(), (*last).into());
    values
}

/// The same for texts.
pub(crate) fn padded_texts<'a>(texts: &[&'a str]) -> Vec<Value<'a>> {
    let Some(last) = texts.last() else { return Vec::new() };
    let mut values: Vec<Value<'a>> = texts.iter().map(|text| Value::Text(text)).collect();
    values.resize(texts.len().next_power_of_two(), Value::Text(last));
    values
}

/// The assignment of a row's time of its last change, given as this parameter. It never sets the time back: a transaction
/// that this one waited for, or a server whose clock is ahead, may have written a later one.
pub(crate) fn changed_at(place: usize) -> String {
    format!("updated_at = CASE WHEN updated_at > ${place} THEN updated_at ELSE ${place} END")
}

/// Pairs of ids as values and as the rows of `VALUES`, from `$2` on, the last one repeated up to a power of two; `None`
/// for none.
pub(crate) fn padded_pairs<A: Id, B: Id>(pairs: &[(A, B)]) -> Option<(Vec<Value<'static>>, String)> {
    let last = *pairs.last()?;
    let mut pairs = pairs.to_vec();
    pairs.resize(pairs.len().next_power_of_two(), last);
    let values = pairs.iter().flat_map(|(first, second)| [(*first).into(), (*second).into()]).collect();
    let row = |n: usize| format!("(CAST(${} AS BIGINT), CAST(${} AS BIGINT))", 2 * n + 2, 2 * n + 3);
    Some((values, (0..pairs.len()).map(row).collect::<Vec<_>>().join(", ")))
}
