//! `/internal_articles`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod search;
pub mod update;
mod view;

use deskwire_domain::ids::InternalArticleId;

use crate::auth::Scope::{ReadArticles, ReadWriteArticles};
use crate::public::content::tags;
use crate::routes::Routes;
use crate::versions::Version::{V2_13, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /internal_articles",                       &[ReadArticles],      V2_13.., list::handle);
    routes.row("POST /internal_articles",                      &[ReadWriteArticles], V2_13.., create::handle);
    routes.row("GET /internal_articles/search",                &[ReadArticles],      V2_13.., search::handle);
    routes.row("GET /internal_articles/{id}",                  &[ReadArticles],      V2_13.., retrieve::handle);
    routes.row("PUT /internal_articles/{id}",                  &[ReadWriteArticles], V2_13.., update::handle);
    routes.row("DELETE /internal_articles/{id}",               &[ReadWriteArticles], V2_13.., delete::handle);
    routes.row("POST /internal_articles/{id}/tags",            &[ReadWriteArticles], V2_16.., tags::create::<InternalArticleId>);
    routes.row("DELETE /internal_articles/{id}/tags/{tag_id}", &[ReadWriteArticles], V2_16.., tags::delete::<InternalArticleId>);
}
