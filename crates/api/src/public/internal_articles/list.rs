//! `GET /internal_articles`

use deskwire_domain::error::Result;
use deskwire_domain::internal_articles;

use super::view::View;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of internal articles, most recently updated first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, Limits { default: 25, most: 250 })?;
    let (rows, total) = request.search(move |cx| internal_articles::page(cx, page.per_page, page.offset())).await?;
    let views = rows.iter().map(|full| View::new(full, request.version())).collect::<Result<_>>()?;
    request.json(&List::page(views, total, page.pages(&request, total)))
}
