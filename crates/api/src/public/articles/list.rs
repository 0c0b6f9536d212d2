//! `GET /articles`

use deskwire_domain::articles;
use deskwire_domain::error::Result;

use super::view::View;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of articles, most recently updated first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, Limits { default: 25, most: 250 })?;
    let (rows, total) = request.search(move |cx| articles::page(cx, page.per_page, page.offset())).await?;
    let views = rows.iter().map(|full| View::listed(full, &request)).collect();
    request.json(&List::page(views, total, page.pages(&request, total)))
}
