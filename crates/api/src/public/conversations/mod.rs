//! `/conversations`

mod ai_agent;
pub(crate) mod answer;
pub mod attributes;
pub mod convert;
pub mod create;
pub mod customers;
pub mod delete;
pub mod deleted;
pub mod handling_events;
pub(crate) mod input;
pub(crate) mod linked;
pub mod list;
pub mod manage;
pub mod merge;
mod page;
pub(crate) mod parts;
pub mod redact;
pub mod reply;
pub mod retrieve;
pub mod run_assignment_rules;
pub(crate) mod scene;
pub mod search;
pub mod side_conversations;
mod statistics;
pub mod tags;
pub mod update;
pub mod update_part;
pub(crate) mod view;

use crate::auth::Scope::{ReadConversations, ReadUsers, WriteConversations, WriteDataAttributes, WriteTags};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_10, V2_11, V2_13, V2_15, V2_16};

/// A ticket that is reached here needs the scope for tickets as well (`Actor::permissions`).
#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /conversations",                                        &[ReadConversations],            V2_7..,       list::handle);
    routes.row("POST /conversations/search",                                &[ReadConversations],            V2_7..,       search::handle);
    routes.row("POST /conversations",                                       &[WriteConversations],           V2_7..,       create::handle);
    routes.row("GET /conversations/{id}",                                   &[ReadConversations],            V2_7..,       retrieve::handle);
    routes.row("PUT /conversations/{id}",                                   &[WriteConversations],           V2_7..,       update::handle);
    routes.row("POST /conversations/{id}/reply",                            &[WriteConversations],           V2_7..,       reply::handle).with_files();
    routes.row("POST /conversations/{id}/parts",                            &[WriteConversations],           V2_7..,       manage::handle);
    routes.row("POST /conversations/{id}/run_assignment_rules",             &[WriteConversations],           V2_7..=V2_11, run_assignment_rules::handle);
    // In no version's description: the official Node client sends it so up to its version 4.
    routes.row("POST /conversations/{id}/run_assignment_rules/parts",       &[WriteConversations],           V2_7..=V2_11, run_assignment_rules::handle);
    routes.row("GET /conversations/deleted",                                &[ReadConversations],            V2_16..,      deleted::handle);
    routes.row("POST /conversations/redact",                                &[WriteConversations],           V2_7..,       redact::handle);
    routes.row("DELETE /conversations/{id}",                                &[WriteConversations],           V2_13..,      delete::handle);
    routes.row("POST /conversations/{id}/merge",                            &[WriteConversations],           V2_16..,      merge::handle);
    routes.row("POST /conversations/{id}/convert",                          &[WriteConversations],           V2_10..,      convert::handle);
    routes.row("POST /conversations/{id}/tags",                             &[WriteTags],                    V2_7..,       tags::create::handle);
    routes.row("DELETE /conversations/{id}/tags/{tag_id}",                  &[WriteTags],                    V2_7..,       tags::delete::handle).with_body();
    routes.row("POST /conversations/{id}/customers",                        &[WriteConversations],           V2_7..,       customers::create::handle);
    routes.row("DELETE /conversations/{id}/customers/{contact_id}",         &[WriteConversations],           V2_7..,       customers::delete::handle).with_body();
    routes.row("GET /conversations/{id}/handling_events",                   &[ReadConversations],            V2_15..,      handling_events::handle);
    routes.row("GET /conversations/{id}/side_conversations",                &[ReadConversations],            V2_16..,      side_conversations::handle);
    routes.row("PUT /conversations/{id}/conversation_parts/{part_id}",      &[WriteConversations],           Unstable..,   update_part::handle);
    routes.row("GET /conversations/attributes",                             &[ReadConversations, ReadUsers], V2_16..,      attributes::list::handle);
    routes.row("POST /conversations/attributes",                            &[WriteDataAttributes],          V2_16..,      attributes::create::handle);
    routes.row("GET /conversations/attributes/{id}",                        &[ReadConversations, ReadUsers], V2_16..,      attributes::retrieve::handle);
    routes.row("PUT /conversations/attributes/{id}",                        &[WriteDataAttributes],          V2_16..,      attributes::update::handle);
    routes.row("DELETE /conversations/attributes/{id}",                     &[WriteDataAttributes],          V2_16..,      attributes::delete::handle);
    routes.row("POST /conversations/attributes/{id}/options",               &[WriteDataAttributes],          V2_16..,      attributes::options::create);
    routes.row("PUT /conversations/attributes/{id}/options/{option_id}",    &[WriteDataAttributes],          V2_16..,      attributes::options::update);
    routes.row("DELETE /conversations/attributes/{id}/options/{option_id}", &[WriteDataAttributes],          V2_16..,      attributes::options::delete);
}
