//! THE table: every operation, the scopes that open it, the versions that have it, and what answers.

use super::{admins, away_status_reasons, contacts, teams};
use crate::auth::Scope::{
    self, ReadActivityLogs, ReadAdmins, ReadSingleAdmin, ReadSingleUserAndCompany, UpdateAdmins, ReadUsers, ReadWriteUsers, WriteUsersCompanies};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_13, V2_14, V2_16};

/// Reading one user or company by its id.
const READ_ONE: &[Scope] = &[ReadUsers, ReadSingleUserAndCompany];
const READ: &[Scope] = &[ReadUsers];
const WRITE: &[Scope] = &[WriteUsersCompanies];
const BULK: &[Scope] = &[ReadWriteUsers, WriteUsersCompanies];

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
//    t.row("POST /contacts/search",                            READ,     V2_7..,     contacts::search::handle);
    t.row("POST /contacts/merge",                             WRITE,    V2_7..,     contacts::merge::handle);
    t.row("POST /contacts/merge/preview",                     READ,     Unstable.., contacts::merge_preview::handle);
    t.row("GET /contacts/activities",                         READ,     Unstable.., contacts::activities::handle);
    t.row("GET /contacts/find_by_external_id/{external_id}",  READ_ONE, V2_13..,    contacts::find_by_external_id::handle);
    t.row("GET /contacts/{id}",                               READ_ONE, V2_7..,     contacts::retrieve::handle);
    t.row("PUT /contacts/{id}",                               WRITE,    V2_7..,     contacts::update::handle);
    t.row("DELETE /contacts/{id}",                            WRITE,    V2_7..,     contacts::delete::handle);
    t.row("POST /contacts/{id}/archive",                      WRITE,    V2_7..,     contacts::archive::handle);
    t.row("POST /contacts/{id}/unarchive",                    WRITE,    V2_7..,     contacts::unarchive::handle);
    t.row("POST /contacts/{id}/block",                        WRITE,    V2_13..,    contacts::block::handle);
    t.row("GET /contacts/{id}/merge_history",                 READ,     V2_16..,    contacts::merge_history::handle);
}
