//! A page of conversations as the API represents it.

use deskwire_domain::conversations::{Context, Full};
use deskwire_domain::error::Result;
use deskwire_domain::search::Page;

use super::scene::Scene;
use super::view;
use crate::page::{List, Pages};
use crate::reply::Reply;
use crate::request::Request;

/// Responds with a page.
pub(super) fn reply(request: &Request, page: &Page<(Vec<Full>, Context)>) -> Result<Reply> {
    let scene = Scene::of(request);
    let (fulls, context) = &page.items;
    let views = fulls.iter().map(|full| view::view(full, context, &scene)).collect::<Result<_>>()?;
    request.json(&List::page(views, page.total, Pages::of(page)).named("conversation.list", "conversations"))
}
