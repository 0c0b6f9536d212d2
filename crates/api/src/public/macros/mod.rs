//! `/macros`

pub mod list;
pub mod retrieve;
mod view;

use crate::auth::Scope::ReadConversations;
use crate::routes::Routes;
use crate::versions::Version::V2_16;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /macros",      &[ReadConversations], V2_16.., list::handle);
    routes.row("GET /macros/{id}", &[ReadConversations], V2_16.., retrieve::handle);
}
