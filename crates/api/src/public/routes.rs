//! THE table: every operation, the scopes that open it, the versions that have it, and what answers.

use super::{
    admins, away_status_reasons, companies, contacts, conversations, counts, custom_object_instances, data_attributes,
    events, jobs, messages, notes, phone_call_redirects, segments, subscription_types, tags, teams, ticket_states,
    ticket_types, tickets, visitors,
};
use crate::auth::Scope::{
    self, CreatePhoneCallRedirects, GatherAppData, ReadActivityLogs, ReadAdmins, ReadConversations, ReadCounts,
    ReadCustomObjects, ReadEvents, ReadJobs, ReadSingleAdmin, ReadSingleUserAndCompany, ReadTags, ReadTickets,
    ReadUsers, ReadWriteCustomObjects, ReadWriteUsers, UpdateAdmins, WriteConversations, WriteDataAttributes,
    WriteEvents, WriteTags, WriteTickets, WriteUsersCompanies,
};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_9, V2_10, V2_11, V2_12, V2_13, V2_14, V2_15, V2_16};

/// Reading one user or company by its id.
const READ_ONE: &[Scope] = &[ReadUsers, ReadSingleUserAndCompany];
const READ: &[Scope] = &[ReadUsers];
const WRITE: &[Scope] = &[WriteUsersCompanies];
const READ_TAG: &[Scope] = &[ReadTags];
const WRITE_TAG: &[Scope] = &[WriteTags];
/// What is read of a workspace as a whole, by who may read its people too.
const READ_APP: &[Scope] = &[ReadUsers, GatherAppData];
const WRITE_ATTRIBUTES: &[Scope] = &[WriteDataAttributes];
const JOBS: &[Scope] = &[ReadJobs];
const READ_OBJECTS: &[Scope] = &[ReadCustomObjects];
const WRITE_OBJECTS: &[Scope] = &[ReadWriteCustomObjects];
const BULK: &[Scope] = &[ReadWriteUsers, WriteUsersCompanies];

const READ_TICKETS: &[Scope] = &[ReadTickets];
const WRITE_TICKETS: &[Scope] = &[WriteTickets];
const TALK_READ: &[Scope] = &[ReadConversations];
/// What is known of conversations besides what all have, by who may read what is known of people too.
const READ_TALK_ATTRIBUTES: &[Scope] = &[ReadConversations, ReadUsers];
const TALK: &[Scope] = &[WriteConversations];
const REDIRECTS: &[Scope] = &[CreatePhoneCallRedirects];

/// Operations that any token may call.
const ANY: &[Scope] = &[];
const ADMINS: &[Scope] = &[ReadAdmins];
/// Reading one admin by id.
const ONE_ADMIN: &[Scope] = &[ReadAdmins, ReadSingleAdmin];
const CHANGE_ADMINS: &[Scope] = &[UpdateAdmins];
const LOGS: &[Scope] = &[ReadActivityLogs];
const SEARCH_LOGS: &[Scope] = &[ReadAdmins, ReadActivityLogs];

/// The routes, indexed.
#[expect(clippy::expect_used, reason = "the rows are constants; a test builds this table")]
pub fn table() -> Routes {
    let mut table = Routes::default();
    admins(&mut table);
    people(&mut table);
    about_people(&mut table);
    visitors(&mut table);
    events(&mut table);
    conversations(&mut table);
    messages(&mut table);
    about_conversations(&mut table);
    conversation_attributes(&mut table);
    companies(&mut table);
    tickets(&mut table);
    custom_objects(&mut table);
    table.index().expect("no two paths of the table are alike")
}

#[rustfmt::skip]
fn admins(t: &mut Routes) {
    t.row("GET /me",                                          ANY,           V2_7..,     admins::me::handle);
    t.row("GET /admins",                                      ADMINS,        V2_7..,     admins::list::handle);
    t.row("GET /admins/activity_logs",                        LOGS,          V2_7..,     admins::activity_logs::handle);
    t.row("POST /admins/activity_logs/search",                SEARCH_LOGS,   V2_16..,    admins::activity_logs_search::handle);
    t.row("GET /admins/activity_log_event_types",             SEARCH_LOGS,   V2_16..,    admins::activity_log_event_types::handle);
    t.row("GET /admins/{id}",                                 ONE_ADMIN,     V2_7..,     admins::retrieve::handle);
    t.row("PUT /admins/{id}/away",                            CHANGE_ADMINS, V2_7..,     admins::away::handle);
    t.row("GET /away_status_reasons",                         ADMINS,        V2_14..,    away_status_reasons::list::handle);
    t.row("GET /teams",                                       ADMINS,        V2_7..,     teams::list::handle);
    t.row("GET /teams/{id}",                                  ADMINS,        V2_7..,     teams::retrieve::handle);
    t.row("PUT /teams/{id}",                                  CHANGE_ADMINS, Unstable.., teams::update::handle);
    t.row("GET /teams/{id}/metrics",                          ADMINS,        V2_16..,    teams::metrics::handle);
}

#[rustfmt::skip]
fn people(t: &mut Routes) {
    t.row("GET /contacts",                                    READ,     V2_7..,     contacts::list::handle);
    t.row("POST /contacts",                                   WRITE,    V2_7..,     contacts::create::handle);
    t.row("POST /contacts/search",                            READ,     V2_7..,     contacts::search::handle);
    t.row("POST /contacts/merge",                             WRITE,    V2_7..,     contacts::merge::handle);
    t.row("POST /contacts/merge/preview",                     READ,     Unstable.., contacts::merge_preview::handle);
    t.row("GET /contacts/activities",                         READ,     Unstable.., contacts::activities::handle);
    t.row("GET /contacts/find_by_external_id/{external_id}",  READ_ONE, V2_13..,    contacts::find_by_external_id::handle);
    t.row("POST /contacts/bulk",                              BULK,     Unstable.., contacts::bulk::create);
    t.row("PUT /contacts/bulk",                               BULK,     Unstable.., contacts::bulk::update);
    t.row("POST /contacts/bulk/delete",                       BULK,     Unstable.., contacts::bulk::delete);
    t.row("GET /contacts/bulk/{id}",                          BULK,     Unstable.., contacts::bulk::status);
    t.row("GET /contacts/{id}",                               READ_ONE, V2_7..,     contacts::retrieve::handle);
    t.row("PUT /contacts/{id}",                               WRITE,    V2_7..,     contacts::update::handle);
    t.row("DELETE /contacts/{id}",                            WRITE,    V2_7..,     contacts::delete::handle);
    t.row("POST /contacts/{id}/archive",                      WRITE,    V2_7..,     contacts::archive::handle);
    t.row("POST /contacts/{id}/unarchive",                    WRITE,    V2_7..,     contacts::unarchive::handle);
    t.row("POST /contacts/{id}/block",                        WRITE,    V2_13..,    contacts::block::handle);
    t.row("GET /contacts/{id}/merge_history",                 READ,     V2_16..,    contacts::merge_history::handle);
    t.row("GET /contacts/{id}/companies",                     READ,     V2_7..,     contacts::companies::list::handle);
    t.row("POST /contacts/{id}/companies",                    WRITE,    V2_7..,     contacts::companies::create::handle);
    t.row("DELETE /contacts/{id}/companies/{company_id}",     WRITE,    V2_7..,     contacts::companies::delete::handle);
}

#[rustfmt::skip]
fn companies(t: &mut Routes) {
    t.row("GET /companies",                                   READ,     V2_7..,     companies::list::handle);
    t.row("POST /companies",                                  WRITE,    V2_7..,     companies::upsert::handle);
    t.row("POST /companies/list",                             READ,     V2_7..,     companies::list::all);
    // In no version's description: clients follow the URL of the next page with GET.
    t.row("GET /companies/list",                              READ,     V2_7..,     companies::list::all);
    t.row("GET /companies/scroll",                            READ,     V2_7..,     companies::scroll::handle);
    t.row("POST /companies/search",                           READ,     Unstable.., companies::search::handle);
    t.row("POST /companies/bulk",                             BULK,     Unstable.., companies::bulk::create);
    t.row("PUT /companies/bulk",                              BULK,     Unstable.., companies::bulk::update);
    t.row("POST /companies/bulk/delete",                      BULK,     Unstable.., companies::bulk::delete);
    t.row("GET /companies/bulk/{id}",                         BULK,     Unstable.., companies::bulk::status);
    t.row("GET /companies/{id}",                              READ_ONE, V2_7..,     companies::retrieve::handle);
    t.row("PUT /companies/{id}",                              WRITE,    V2_7..,     companies::update::handle);
    t.row("DELETE /companies/{id}",                           WRITE,    V2_7..,     companies::delete::handle);
    t.row("GET /companies/{id}/contacts",                     READ,     V2_7..,     companies::contacts::handle);
    t.row("GET /companies/{id}/segments",                     READ,     V2_7..,     companies::segments::handle);
    t.row("GET /jobs/status/{id}",                            JOBS,     V2_14..,    jobs::status::handle);
}

#[rustfmt::skip]
fn about_people(t: &mut Routes) {
    t.row("GET /contacts/{id}/tags",                                 READ_TAG,         V2_7..,  contacts::tags::list::handle);
    t.row("POST /contacts/{id}/tags",                                WRITE_TAG,        V2_7..,  contacts::tags::create::handle);
    t.row("DELETE /contacts/{id}/tags/{tag_id}",                     WRITE_TAG,        V2_7..,  contacts::tags::delete::handle);
    t.row("GET /contacts/{id}/notes",                                READ,             V2_7..,  contacts::notes::list::handle);
    t.row("POST /contacts/{id}/notes",                               WRITE,            V2_7..,  contacts::notes::create::handle);
    t.row("GET /contacts/{id}/segments",                             READ,             V2_7..,  contacts::segments::list::handle);
    t.row("GET /contacts/{id}/subscriptions",                        READ,             V2_7..,  contacts::subscriptions::list::handle);
    t.row("POST /contacts/{id}/subscriptions",                       WRITE,            V2_7..,  contacts::subscriptions::create::handle);
    t.row("DELETE /contacts/{id}/subscriptions/{subscription_id}",   WRITE,            V2_7..,  contacts::subscriptions::delete::handle);
    t.row("GET /companies/{id}/notes",                               READ,             V2_15.., companies::notes::list::handle);
    t.row("POST /companies/{id}/notes",                              WRITE,            V2_16.., companies::notes::create::handle);
    t.row("GET /tags",                                               READ_TAG,         V2_7..,  tags::list::handle);
    t.row("POST /tags",                                              WRITE_TAG,        V2_7..,  tags::create::handle);
    t.row("GET /tags/{id}",                                          READ_TAG,         V2_7..,  tags::retrieve::handle);
    t.row("DELETE /tags/{id}",                                       WRITE_TAG,        V2_7..,  tags::delete::handle);
    t.row("GET /notes/{id}",                                         READ,             V2_7..,  notes::retrieve::handle);
    t.row("GET /segments",                                           READ_APP,         V2_7..,  segments::list::handle);
    t.row("GET /segments/{id}",                                      READ_APP,         V2_7..,  segments::retrieve::handle);
    t.row("GET /subscription_types",                                 READ_APP,         V2_7..,  subscription_types::list::handle);
    t.row("GET /data_attributes",                                    READ_APP,         V2_7..,  data_attributes::list::handle);
    t.row("POST /data_attributes",                                   WRITE_ATTRIBUTES, V2_7..,  data_attributes::create::handle);
    t.row("PUT /data_attributes/{id}",                               WRITE_ATTRIBUTES, V2_7..,  data_attributes::update::handle);
}

#[rustfmt::skip]
fn visitors(t: &mut Routes) {
    t.row("GET /visitors",          READ,  V2_7.., visitors::retrieve::handle);
    t.row("PUT /visitors",          WRITE, V2_7.., visitors::update::handle);
    t.row("POST /visitors/convert", WRITE, V2_7.., visitors::convert::handle);
}

#[rustfmt::skip]
fn events(t: &mut Routes) {
    t.row("GET /events",            &[ReadEvents],  V2_7.., events::list::handle);
    t.row("POST /events",           &[WriteEvents], V2_7.., events::create::handle);
    t.row("POST /events/summaries", &[WriteEvents], V2_7.., events::summaries::handle);
    // In no version's description, and answered all the same.
    t.row("GET /counts",            &[ReadCounts],  V2_7.., counts::retrieve::handle);
}

#[rustfmt::skip]
fn tickets(t: &mut Routes) {
    t.row("GET /ticket_types",                                 READ_TICKETS,  V2_9..,  ticket_types::list::handle);
    t.row("POST /ticket_types",                                WRITE_TICKETS, V2_9..,  ticket_types::create::handle);
    t.row("GET /ticket_types/{id}",                            READ_TICKETS,  V2_9..,  ticket_types::retrieve::handle);
    t.row("PUT /ticket_types/{id}",                            WRITE_TICKETS, V2_9..,  ticket_types::update::handle);
    t.row("POST /ticket_types/{id}/attributes",                WRITE_TICKETS, V2_9..,  ticket_types::attributes::create::handle);
    t.row("PUT /ticket_types/{id}/attributes/{attribute_id}",  WRITE_TICKETS, V2_9..,  ticket_types::attributes::update::handle);
    t.row("GET /ticket_states",                                READ_TICKETS,  V2_12.., ticket_states::list::handle);
    t.row("POST /tickets",                                     WRITE_TICKETS, V2_9..,  tickets::create::handle);
    t.row("POST /tickets/enqueue",                             WRITE_TICKETS, V2_14.., tickets::enqueue::handle);
    t.row("POST /tickets/search",                              READ_TICKETS,  V2_10.., tickets::search::handle);
    t.row("GET /tickets/{id}",                                 READ_TICKETS,  V2_9..,  tickets::retrieve::handle);
    t.row("PUT /tickets/{id}",                                 WRITE_TICKETS, V2_9..,  tickets::update::handle);
    t.row("DELETE /tickets/{id}",                              WRITE_TICKETS, V2_13.., tickets::delete::handle);
    t.row("POST /tickets/{id}/reply",                          WRITE_TICKETS, V2_9..,  tickets::reply::handle);
    t.row("POST /tickets/{id}/tags",                           WRITE_TICKETS, V2_10.., tickets::tags::create::handle);
    t.row("DELETE /tickets/{id}/tags/{tag_id}",                WRITE_TICKETS, V2_10.., tickets::tags::delete::handle);
    t.row("POST /tickets/{id}/change_type",                    WRITE_TICKETS, V2_16.., tickets::change_type::handle);
    t.row("POST /tickets/{id}/linked_conversations",           WRITE_TICKETS, V2_16.., tickets::linked_conversations::create::handle);
    t.row("DELETE /tickets/{id}/linked_conversations/{conversation_id}", WRITE_TICKETS, V2_16.., tickets::linked_conversations::delete::handle);
    t.row("POST /conversations/{id}/convert",                  TALK,          V2_10.., conversations::convert::handle);
}

/// A ticket that is reached here needs the scope for tickets as well: the domain sees to it (`Actor::permissions`).
#[rustfmt::skip]
fn conversations(t: &mut Routes) {
    t.row("GET /conversations",                               TALK_READ, V2_7..,          conversations::list::handle);
    t.row("POST /conversations/search",                       TALK_READ, V2_7..,          conversations::search::handle);
    t.row("POST /conversations",                              TALK,      V2_7..,          conversations::create::handle);
    t.row("GET /conversations/{id}",                          TALK_READ, V2_7..,          conversations::retrieve::handle);
    t.row("PUT /conversations/{id}",                          TALK,      V2_7..,          conversations::update::handle);
    t.row("POST /conversations/{id}/reply",                   TALK,      V2_7..,          conversations::reply::handle);
    t.row("POST /conversations/{id}/parts",                   TALK,      V2_7..,          conversations::manage::handle);
    t.row("POST /conversations/{id}/run_assignment_rules",    TALK,      V2_7..=V2_11,    conversations::run_assignment_rules::handle);
}

/// What is done to conversations as a whole, and what belongs to them.
#[rustfmt::skip]
fn about_conversations(t: &mut Routes) {
    t.row("GET /conversations/deleted",                           TALK_READ, V2_16..,    conversations::deleted::handle);
    t.row("POST /conversations/redact",                           TALK,      V2_7..,     conversations::redact::handle);
    t.row("DELETE /conversations/{id}",                           TALK,      V2_13..,    conversations::delete::handle);
    t.row("POST /conversations/{id}/merge",                       TALK,      V2_16..,    conversations::merge::handle);
    t.row("POST /conversations/{id}/tags",                        WRITE_TAG, V2_7..,     conversations::tags::create::handle);
    t.row("DELETE /conversations/{id}/tags/{tag_id}",             WRITE_TAG, V2_7..,     conversations::tags::delete::handle);
    t.row("POST /conversations/{id}/customers",                   TALK,      V2_7..,     conversations::customers::create::handle);
    t.row("DELETE /conversations/{id}/customers/{contact_id}",    TALK,      V2_7..,     conversations::customers::delete::handle);
    t.row("GET /conversations/{id}/handling_events",              TALK_READ, V2_15..,    conversations::handling_events::handle);
    t.row("GET /conversations/{id}/side_conversations",           TALK_READ, V2_16..,    conversations::side_conversations::handle);
    t.row("PUT /conversations/{id}/conversation_parts/{part_id}", TALK,      Unstable.., conversations::update_part::handle);
}

#[rustfmt::skip]
fn messages(t: &mut Routes) {
    t.row("POST /messages",                                   TALK,      V2_7..,          messages::create::handle);
    t.row("GET /messages/status",                             TALK_READ, V2_16..,         messages::status::handle);
    t.row("GET /messages/whatsapp/status",                    TALK_READ, V2_16..,         messages::whatsapp_status::handle);
    t.row("POST /phone_call_redirects",                       REDIRECTS, V2_7..,          phone_call_redirects::create::handle);
}

#[rustfmt::skip]
fn conversation_attributes(t: &mut Routes) {
    t.row("GET /conversations/attributes",                                 READ_TALK_ATTRIBUTES, V2_16.., conversations::attributes::list::handle);
    t.row("POST /conversations/attributes",                                WRITE_ATTRIBUTES,     V2_16.., conversations::attributes::create::handle);
    t.row("GET /conversations/attributes/{id}",                            READ_TALK_ATTRIBUTES, V2_16.., conversations::attributes::retrieve::handle);
    t.row("PUT /conversations/attributes/{id}",                            WRITE_ATTRIBUTES,     V2_16.., conversations::attributes::update::handle);
    t.row("DELETE /conversations/attributes/{id}",                         WRITE_ATTRIBUTES,     V2_16.., conversations::attributes::delete::handle);
    t.row("POST /conversations/attributes/{id}/options",                   WRITE_ATTRIBUTES,     V2_16.., conversations::attributes::options::create);
    t.row("PUT /conversations/attributes/{id}/options/{option_id}",        WRITE_ATTRIBUTES,     V2_16.., conversations::attributes::options::update);
    t.row("DELETE /conversations/attributes/{id}/options/{option_id}",     WRITE_ATTRIBUTES,     V2_16.., conversations::attributes::options::delete);
}

#[rustfmt::skip]
fn custom_objects(t: &mut Routes) {
    t.row("GET /custom_object_instances/{type}",         READ_OBJECTS,  V2_13.., custom_object_instances::list::handle);
    t.row("POST /custom_object_instances/{type}",        WRITE_OBJECTS, V2_13.., custom_object_instances::upsert::handle);
    t.row("DELETE /custom_object_instances/{type}",      WRITE_OBJECTS, V2_13.., custom_object_instances::delete::by_external_id);
    t.row("GET /custom_object_instances/{type}/{id}",    READ_OBJECTS,  V2_13.., custom_object_instances::retrieve::handle);
    t.row("DELETE /custom_object_instances/{type}/{id}", WRITE_OBJECTS, V2_13.., custom_object_instances::delete::handle);
}
