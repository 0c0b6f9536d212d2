//! `POST /tickets/search`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::view;
use crate::page::{self, List, Pages};
use crate::public::conversations::scene::Scene;
use crate::reply::Reply;
use crate::request::Request;

/// Tickets that match a query, each with its newest parts.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let search = page::search(&mut request, 20);
    let page = request.search(move |cx| tickets::search(cx, &search)).await?;
    let scene = Scene::of(&request);
    let (fulls, context) = &page.items;
    let views = fulls.iter().map(|full| view::view(full, context, &scene)).collect();
    request.json(&List::page(views, page.total, Pages::of(&page)).named("ticket.list", "tickets"))
}
