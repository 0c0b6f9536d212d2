//! `POST /conversations/search`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;
use deskwire_domain::search::Manner;
use serde_json::Value;

use super::page;
use crate::page::Cursored;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Conversations that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let body = Value::Object(std::mem::take(&mut request.body.0));
    let manner = Manner {
        by_days: false,
        lenient_order: !request.version().has(Feature::SortOrderChecked),
        per_page: 20,
        max_per_page: 150,
    };
    let searched = request.search(move |cx| {
        let asked = conversations::understand(cx, &body, manner)?;
        let page = Cursored::of(cx.actor().workspace(), &asked)?;
        let found = conversations::search(cx, &asked, page.after.as_ref())?;
        let shown = conversations::find_many(cx, &found.ids)?;
        Ok((page, found, shown))
    });
    let (page, found, (fulls, context)) = searched.await?;
    page::reply(&request, &page, &found, &fulls, &context)
}
