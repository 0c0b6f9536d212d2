//! `/content_snippets`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(crate) mod view;

use deskwire_domain::ids::ContentSnippetId;

use crate::auth::Scope::{ReadContentSnippets, ReadWriteContentSnippets};
use crate::public::content::tags;
use crate::routes::Routes;
use crate::versions::Version::V2_16;

#[rustfmt::skip]
pub(super) fn routes(routes: &mut Routes) {
    routes.row("GET /content_snippets",                       &[ReadContentSnippets],      V2_16.., list::handle);
    routes.row("POST /content_snippets",                      &[ReadWriteContentSnippets], V2_16.., create::handle);
    routes.row("GET /content_snippets/{id}",                  &[ReadContentSnippets],      V2_16.., retrieve::handle);
    routes.row("PUT /content_snippets/{id}",                  &[ReadWriteContentSnippets], V2_16.., update::handle);
    routes.row("DELETE /content_snippets/{id}",               &[ReadWriteContentSnippets], V2_16.., delete::handle);
    routes.row("POST /content_snippets/{id}/tags",            &[ReadWriteContentSnippets], V2_16.., tags::create::<ContentSnippetId>);
    routes.row("DELETE /content_snippets/{id}/tags/{tag_id}", &[ReadWriteContentSnippets], V2_16.., tags::delete::<ContentSnippetId>);
}
