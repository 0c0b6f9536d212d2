//! `/tags`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub(crate) mod view;

use crate::auth::Scope::{ReadTags, WriteTags};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /tags",         &[ReadTags],  V2_7.., list::handle);
    routes.row("POST /tags",        &[WriteTags], V2_7.., create::handle);
    routes.row("GET /tags/{id}",    &[ReadTags],  V2_7.., retrieve::handle);
    routes.row("DELETE /tags/{id}", &[WriteTags], V2_7.., delete::handle);
}
