//! `/help_center`

pub mod collections;
pub mod help_centers;
pub mod redirects;
pub mod sections;

use crate::auth::Scope::{ReadArticles, ReadHelpCenterRedirects, ReadWriteArticles, ReadWriteHelpCenterRedirects};
use crate::routes::Routes;
use crate::versions::Version::{V2_7, V2_9, V2_16};

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /help_center/help_centers",         &[ReadArticles],      V2_7.., help_centers::list);
    routes.row("GET /help_center/help_centers/{id}",    &[ReadArticles],      V2_7.., help_centers::retrieve);
    routes.row("GET /help_center/collections",          &[ReadArticles],      V2_7.., collections::list::handle);
    routes.row("POST /help_center/collections",         &[ReadWriteArticles], V2_7.., collections::create::handle);
    routes.row("GET /help_center/collections/{id}",     &[ReadArticles],      V2_7.., collections::retrieve::handle);
    routes.row("PUT /help_center/collections/{id}",     &[ReadWriteArticles], V2_7.., collections::update::handle);
    routes.row("DELETE /help_center/collections/{id}",  &[ReadWriteArticles], V2_7.., collections::delete::handle);
    routes.row("GET /help_center/sections",             &[ReadArticles],      V2_7..=V2_9, sections::list::handle);
    routes.row("POST /help_center/sections",            &[ReadWriteArticles], V2_7..=V2_9, sections::create::handle);
    routes.row("GET /help_center/sections/{id}",        &[ReadArticles],      V2_7..=V2_9, sections::retrieve::handle);
    routes.row("PUT /help_center/sections/{id}",        &[ReadWriteArticles], V2_7..=V2_9, sections::update::handle);
    routes.row("DELETE /help_center/sections/{id}",     &[ReadWriteArticles], V2_7..=V2_9, sections::delete::handle);
    routes.row("GET /help_center/help_centers/{id}/redirects", &[ReadHelpCenterRedirects], V2_16.., redirects::list::handle);
    routes.row("POST /help_center/help_centers/{id}/redirects", &[ReadWriteHelpCenterRedirects], V2_16.., redirects::create::handle);
    routes.row("GET /help_center/help_centers/{id}/redirects/{redirect_id}", &[ReadHelpCenterRedirects], V2_16.., redirects::retrieve::handle);
    routes.row("DELETE /help_center/help_centers/{id}/redirects/{redirect_id}", &[ReadWriteHelpCenterRedirects], V2_16.., redirects::delete::handle);
}
