//! `POST /tickets/search`

use deskwire_domain::error::Result;
use deskwire_domain::search::Manner;
use deskwire_domain::{conversations, tickets};
use serde_json::Value;

use super::view;
use crate::page::{self, Cursored, List};
use crate::public::conversations::scene::Scene;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Tickets that match a query, each with its newest parts.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let body = Value::Object(std::mem::take(&mut request.body.0));
    let lenient_order = !request.version().has(Feature::SortOrderChecked);
    let manner = Manner { by_days: false, lenient_order, per_page: 20, max_per_page: 150 };
    let searched = request.search(move |cx| {
        let asked = tickets::understand(cx, &body, manner)?;
        let page = Cursored::of(cx.actor().workspace(), &asked)?;
        let found = tickets::search(cx, &asked, page.after.as_ref())?;
        let shown = conversations::find_tickets(cx, &found.ids)?;
        Ok((page, found, shown))
    });
    let (page, found, (fulls, context)) = searched.await?;
    let scene = Scene::of(&request);
    let views = fulls.iter().map(|full| view::view(full, &context, &scene)).collect();
    let pages = page.pages(scene.workspace, &found);
    request.json(&List::page(views, page::total(&found), pages).named("ticket.list", "tickets"))
}
