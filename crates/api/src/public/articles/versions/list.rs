//! `GET /articles/{id}/versions`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::Summary;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of an article's versions, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let page = Numbered::read_with_cursor(&request, Limits { default: 25, most: 250 })?;
    let locale = request.query("locale").map(std::borrow::Cow::into_owned);
    let (per_page, offset) = (page.per_page, page.offset());
    let (rows, total) =
        request.search(move |cx| articles::versions(cx, id, locale.as_deref(), per_page, offset)).await?;
    request.json(&List::page(
        rows.iter().map(Summary::from).collect(),
        total,
        page.pages_by_cursor(request.caller().workspace(), total),
    ))
}
