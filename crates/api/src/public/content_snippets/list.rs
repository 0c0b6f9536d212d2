//! `GET /content_snippets`

use deskwire_domain::content_snippets;
use deskwire_domain::error::Result;

use super::view::View;
use crate::page::{FlatList, Limits, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of content snippets, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, Limits { default: 50, most: 50 })?;
    let (rows, total) = request.search(move |cx| content_snippets::page(cx, page.per_page, page.offset())).await?;
    let data = rows.iter().map(View::new).collect::<Result<Vec<_>>>()?;
    request.json(&FlatList::new(data, page, total))
}
