//! `GET /news/news_items`

use deskwire_domain::error::Result;
use deskwire_domain::news;

use super::view;
use crate::page::{Limits, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of news items, oldest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read_with_cursor(&request, Limits { default: 10, most: 150 })?;
    let (rows, total) = request.search(move |cx| news::page(cx, page.per_page, page.offset())).await?;
    view::list(&request, page, &rows, total)
}
