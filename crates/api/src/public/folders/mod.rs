//! `/folders`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
mod view;

use crate::auth::Scope::{ReadArticles, ReadWriteArticles};
use crate::routes::Routes;
use crate::versions::Version::Unstable;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /folders",         &[ReadArticles],      Unstable.., list::handle);
    routes.row("POST /folders",        &[ReadWriteArticles], Unstable.., create::handle);
    routes.row("GET /folders/{id}",    &[ReadArticles],      Unstable.., retrieve::handle);
    routes.row("PUT /folders/{id}",    &[ReadWriteArticles], Unstable.., update::handle);
    routes.row("DELETE /folders/{id}", &[ReadWriteArticles], Unstable.., delete::handle);
}
