//! `/contacts`

pub mod activities;
pub mod archive;
pub mod banners;
pub mod block;
pub mod bulk;
pub mod companies;
pub mod create;
pub mod delete;
pub mod find_by_external_id;
pub(crate) mod input;
pub mod list;
pub mod merge;
pub mod merge_history;
pub mod merge_preview;
pub mod notes;
pub mod retrieve;
pub mod search;
pub mod segments;
pub mod subscriptions;
pub mod tags;
pub mod unarchive;
pub mod update;
pub(crate) mod view;

use crate::auth::Scope::{
    ReadSingleUserAndCompany, ReadTags, ReadUsers, ReadWriteUsers, WriteTags, WriteUsersCompanies,
};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_13, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /contacts",                                         &[ReadUsers],                           V2_7..,     list::handle);
    routes.row("POST /contacts",                                        &[WriteUsersCompanies],                 V2_7..,     create::handle);
    routes.row("POST /contacts/search",                                 &[ReadUsers],                           V2_7..,     search::handle);
    routes.row("POST /contacts/merge",                                  &[WriteUsersCompanies],                 V2_7..,     merge::handle);
    routes.row("POST /contacts/merge/preview",                          &[ReadUsers],                           Unstable.., merge_preview::handle);
    routes.row("GET /contacts/activities",                              &[ReadUsers],                           Unstable.., activities::handle);
    routes.row("GET /contacts/find_by_external_id/{external_id}",       &[ReadUsers, ReadSingleUserAndCompany], V2_13..,    find_by_external_id::handle);
    routes.row("POST /contacts/bulk",                                   &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::create);
    routes.row("PUT /contacts/bulk",                                    &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::update);
    routes.row("POST /contacts/bulk/delete",                            &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::delete);
    routes.row("GET /contacts/bulk/{id}",                               &[ReadWriteUsers, WriteUsersCompanies], Unstable.., bulk::status);
    routes.row("GET /contacts/{id}",                                    &[ReadUsers, ReadSingleUserAndCompany], V2_7..,     retrieve::handle);
    routes.row("PUT /contacts/{id}",                                    &[WriteUsersCompanies],                 V2_7..,     update::handle);
    routes.row("DELETE /contacts/{id}",                                 &[WriteUsersCompanies],                 V2_7..,     delete::handle);
    routes.row("POST /contacts/{id}/archive",                           &[WriteUsersCompanies],                 V2_7..,     archive::handle).without_body();
    routes.row("POST /contacts/{id}/unarchive",                         &[WriteUsersCompanies],                 V2_7..,     unarchive::handle).without_body();
    routes.row("POST /contacts/{id}/block",                             &[WriteUsersCompanies],                 V2_13..,    block::handle).without_body();
    routes.row("GET /contacts/{id}/merge_history",                      &[ReadUsers],                           V2_16..,    merge_history::handle);
    routes.row("GET /contacts/{id}/companies",                          &[ReadUsers],                           V2_7..,     companies::list::handle);
    routes.row("POST /contacts/{id}/companies",                         &[WriteUsersCompanies],                 V2_7..,     companies::create::handle);
    routes.row("DELETE /contacts/{id}/companies/{company_id}",          &[WriteUsersCompanies],                 V2_7..,     companies::delete::handle);
    routes.row("GET /contacts/{id}/tags",                               &[ReadTags],                            V2_7..,     tags::list::handle);
    routes.row("POST /contacts/{id}/tags",                              &[WriteTags],                           V2_7..,     tags::create::handle);
    routes.row("DELETE /contacts/{id}/tags/{tag_id}",                   &[WriteTags],                           V2_7..,     tags::delete::handle);
    routes.row("GET /contacts/{id}/notes",                              &[ReadUsers],                           V2_7..,     notes::list::handle);
    routes.row("POST /contacts/{id}/notes",                             &[WriteUsersCompanies],                 V2_7..,     notes::create::handle);
    routes.row("GET /contacts/{id}/segments",                           &[ReadUsers],                           V2_7..,     segments::list::handle);
    routes.row("GET /contacts/{id}/banners",                            &[ReadUsers],                           V2_16..,    banners::list::handle);
    routes.row("POST /contacts/{id}/banners/{view_id}/dismiss",         &[ReadWriteUsers],                      V2_16..,    banners::dismiss::handle).without_body();
    routes.row("GET /contacts/{id}/subscriptions",                      &[ReadUsers],                           V2_7..,     subscriptions::list::handle);
    routes.row("POST /contacts/{id}/subscriptions",                     &[WriteUsersCompanies],                 V2_7..,     subscriptions::create::handle);
    routes.row("DELETE /contacts/{id}/subscriptions/{subscription_id}", &[WriteUsersCompanies],                 V2_7..,     subscriptions::delete::handle);
}
