//! `/ai`

pub mod content_import_sources;
pub mod external_pages;

use crate::auth::Scope::{ReadAiContent, ReadWriteAiContent};
use crate::page::Limits;
use crate::routes::Routes;
use crate::versions::Version::V2_12;

/// Rows of a page.
const LIMITS: Limits = Limits { default: 50, most: 150 };

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /ai/content_import_sources",         &[ReadAiContent],      V2_12.., content_import_sources::list::handle);
    routes.row("POST /ai/content_import_sources",        &[ReadWriteAiContent], V2_12.., content_import_sources::create::handle);
    routes.row("GET /ai/content_import_sources/{id}",    &[ReadAiContent],      V2_12.., content_import_sources::retrieve::handle);
    routes.row("PUT /ai/content_import_sources/{id}",    &[ReadWriteAiContent], V2_12.., content_import_sources::update::handle);
    routes.row("DELETE /ai/content_import_sources/{id}", &[ReadWriteAiContent], V2_12.., content_import_sources::delete::handle);
    routes.row("GET /ai/external_pages",                 &[ReadAiContent],      V2_12.., external_pages::list::handle);
    routes.row("POST /ai/external_pages",                &[ReadWriteAiContent], V2_12.., external_pages::create::handle);
    routes.row("GET /ai/external_pages/{id}",            &[ReadAiContent],      V2_12.., external_pages::retrieve::handle);
    routes.row("PUT /ai/external_pages/{id}",            &[ReadWriteAiContent], V2_12.., external_pages::update::handle);
    routes.row("DELETE /ai/external_pages/{id}",         &[ReadWriteAiContent], V2_12.., external_pages::delete::handle);
}
