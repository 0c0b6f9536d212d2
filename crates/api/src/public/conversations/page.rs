//! A page of conversations as the API shows it.

use deskwire_domain::conversations::{Context, Full};
use deskwire_domain::error::Result;
use deskwire_store::search::Found;

use super::scene::Scene;
use super::view;
use crate::page::{self, Cursored, List};
use crate::reply::Reply;
use crate::request::Request;

/// Answers with a page.
pub(super) fn reply(
    request: &Request,
    page: &Cursored,
    found: &Found,
    fulls: &[Full],
    context: &Context,
) -> Result<Reply> {
    let scene = Scene::of(request);
    let views = fulls.iter().map(|full| view::view(full, context, &scene)).collect::<Result<_>>()?;
    let pages = page.pages(scene.workspace, found);
    request.json(&List::page(views, page::total(found), pages).named("conversation.list", "conversations"))
}
