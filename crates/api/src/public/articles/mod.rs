//! `/articles`

pub mod create;
pub mod delete;
pub mod draft;
mod input;
pub mod list;
pub mod retrieve;
pub mod search;
pub mod update;
pub mod versions;
pub(crate) mod view;

use deskwire_domain::ids::ArticleId;

use crate::auth::Scope::{ReadArticles, ReadWriteArticles};
use crate::public::content::tags;
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_10, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /articles",                            &[ReadArticles],      V2_7..,  list::handle);
    routes.row("POST /articles",                           &[ReadWriteArticles], V2_7..,  create::handle);
    routes.row("GET /articles/search",                     &[ReadArticles],      V2_10.., search::handle);
    routes.row("GET /articles/{id}",                       &[ReadArticles],      V2_7..,  retrieve::handle);
    routes.row("PUT /articles/{id}",                       &[ReadWriteArticles], V2_7..,  update::handle);
    routes.row("DELETE /articles/{id}",                    &[ReadWriteArticles], V2_7..,  delete::handle);
    routes.row("GET /articles/{id}/draft",                 &[ReadArticles],      V2_16.., draft::retrieve::handle);
    routes.row("PUT /articles/{id}/draft",                 &[ReadWriteArticles], V2_16.., draft::update::handle);
    routes.row("POST /articles/{id}/draft/publish",        &[ReadWriteArticles], V2_16.., draft::publish::handle);
    routes.row("GET /articles/{id}/versions",              &[ReadArticles],      V2_16.., versions::list);
    routes.row("GET /articles/{id}/versions/{version_id}", &[ReadArticles],      V2_16.., versions::retrieve);
    routes.row("POST /articles/{id}/tags",                 &[ReadWriteArticles], V2_16.., tags::create::<ArticleId>);
    routes.row("DELETE /articles/{id}/tags/{tag_id}",      &[ReadWriteArticles], V2_16.., tags::delete::<ArticleId>);
}
