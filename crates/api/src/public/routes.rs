//! THE table: every operation, the scopes that open it, the versions that have it, and what answers.

use super::{contacts, counts, events, visitors};
use crate::auth::Scope::{
    self, ReadCounts, ReadEvents, ReadSingleUserAndCompany, ReadUsers, ReadWriteUsers, WriteEvents, WriteUsersCompanies,
};
use crate::routes::Routes;
use crate::versions::Version::{Unstable, V2_7, V2_13, V2_16};

/// Reading one user or company by its id.
const READ_ONE: &[Scope] = &[ReadUsers, ReadSingleUserAndCompany];
const READ: &[Scope] = &[ReadUsers];
const WRITE: &[Scope] = &[WriteUsersCompanies];
const BULK: &[Scope] = &[ReadWriteUsers, WriteUsersCompanies];

/// The routes, indexed.
#[expect(clippy::expect_used, reason = "the rows are constants; a test builds this table")]
pub fn table() -> Routes {
    let mut table = Routes::default();
    people(&mut table);
    visitors(&mut table);
    events(&mut table);
    table.index().expect("no two paths of the table are alike")
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
