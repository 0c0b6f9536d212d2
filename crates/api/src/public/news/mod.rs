//! `/news`

pub mod news_items;
pub mod newsfeeds;

use crate::auth::Scope::{ReadNews, ReadWriteNews};
use crate::routes::Routes;
use crate::versions::Version::V2_7;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /news/news_items",           &[ReadNews],      V2_7.., news_items::list::handle);
    routes.row("POST /news/news_items",          &[ReadWriteNews], V2_7.., news_items::create::handle);
    routes.row("GET /news/news_items/{id}",      &[ReadNews],      V2_7.., news_items::retrieve::handle);
    routes.row("PUT /news/news_items/{id}",      &[ReadWriteNews], V2_7.., news_items::update::handle);
    routes.row("DELETE /news/news_items/{id}",   &[ReadWriteNews], V2_7.., news_items::delete::handle);
    routes.row("GET /news/newsfeeds",            &[ReadNews],      V2_7.., newsfeeds::list::handle);
    routes.row("GET /news/newsfeeds/{id}",       &[ReadNews],      V2_7.., newsfeeds::retrieve::handle);
    routes.row("GET /news/newsfeeds/{id}/items", &[ReadNews],      V2_7.., newsfeeds::items::handle);
}
