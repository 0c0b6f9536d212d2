//! A page of conversations as the API shows it.

use deskwire_domain::conversations::{Context, Full};
use deskwire_domain::error::Result;
use deskwire_store::search::Found;
use serde::Serialize;

use super::scene::Scene;
use super::view::{self, View};
use crate::page::{self, Cursored, Pages};
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct List<'a> {
    r#type: &'static str,
    conversations: Vec<View<'a>>,
    total_count: i64,
    pages: Pages,
}

/// Answers with a page.
pub(super) fn reply(
    request: &Request,
    page: &Cursored,
    found: &Found,
    fulls: &[Full],
    context: &Context,
) -> Result<Reply> {
    let scene = Scene::of(request);
    request.json(&List {
        r#type: "conversation.list",
        conversations: fulls.iter().map(|full| view::view(full, context, &scene)).collect::<Result<_>>()?,
        total_count: page::total(found),
        pages: page.pages(request.caller().workspace(), found),
    })
}
