//! `GET /news/newsfeeds/{id}/items`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::news;

use crate::page::{Limits, Numbered};
use crate::public::news::news_items::view;
use crate::reply::Reply;
use crate::request::Request;

/// A page of the live items of a newsfeed, most recently published first.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let page = Numbered::read_with_cursor(&request, Limits { default: 20, most: 150 })?;
    let (rows, total) = request.search(move |cx| news::live(cx, id, page.per_page, page.offset())).await?;
    view::list(&request, page, &rows, total)
}
