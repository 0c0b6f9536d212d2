//! `/admins` and `/me`

pub mod activity_log_event_types;
pub mod activity_logs;
pub mod activity_logs_search;
pub mod away;
pub(crate) mod entries;
pub mod list;
pub mod me;
pub mod retrieve;
pub(crate) mod view;

use crate::auth::Scope::{ReadActivityLogs, ReadAdmins, ReadSingleAdmin, UpdateAdmins};
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /me",                              &[],                             V2_7..,  me::handle);
    routes.row("GET /admins",                          &[ReadAdmins],                   V2_7..,  list::handle);
    routes.row("GET /admins/activity_logs",            &[ReadActivityLogs],             V2_7..,  activity_logs::handle);
    routes.row("POST /admins/activity_logs/search",    &[ReadAdmins, ReadActivityLogs], V2_16.., activity_logs_search::handle);
    routes.row("GET /admins/activity_log_event_types", &[ReadAdmins, ReadActivityLogs], V2_16.., activity_log_event_types::handle);
    routes.row("GET /admins/{id}",                     &[ReadAdmins, ReadSingleAdmin],  V2_7..,  retrieve::handle);
    routes.row("PUT /admins/{id}/away",                &[UpdateAdmins],                 V2_7..,  away::handle);
}
