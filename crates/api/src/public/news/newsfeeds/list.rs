//! `GET /news/newsfeeds`

use deskwire_domain::error::Result;
use deskwire_domain::newsfeeds;

use super::view::View;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of newsfeeds, oldest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read_with_cursor(&request, Limits { default: 10, most: 150 })?;
    let (rows, total) = request.search(move |cx| newsfeeds::page(cx, page.per_page, page.offset())).await?;
    let pages = page.pages_by_cursor(request.caller().workspace(), total);
    request.json(&List::page(rows.iter().map(View::from).collect(), total, pages))
}
