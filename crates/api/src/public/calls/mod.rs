//! `/calls`

pub mod list;
pub mod recording;
pub mod retrieve;
pub mod search;
pub mod transcript;
pub(crate) mod view;

use crate::auth::Scope::ReadConversations;
use crate::routes::Routes;
use crate::versions::Version::V2_14;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /calls",                 &[ReadConversations], V2_14.., list::handle);
    routes.row("POST /calls/search",         &[ReadConversations], V2_14.., search::handle);
    routes.row("GET /calls/{id}",            &[ReadConversations], V2_14.., retrieve::handle);
    routes.row("GET /calls/{id}/recording",  &[ReadConversations], V2_14.., recording::handle);
    routes.row("GET /calls/{id}/transcript", &[ReadConversations], V2_14.., transcript::handle);
}
