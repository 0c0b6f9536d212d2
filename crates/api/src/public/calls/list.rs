//! `GET /calls`

use deskwire_domain::calls;
use deskwire_domain::error::Result;

use super::view::View;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 25, most: 25 };

/// A page of calls, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read_with_cursor(&request, LIMITS)?;
    let (found, total) = request.search(move |cx| calls::page(cx, page.per_page, page.offset())).await?;
    let views = found.iter().map(|full| View::new(full, &request.origin)).collect();
    let pages = page.pages_by_cursor(request.caller().workspace(), total);
    request.json(&List::page(views, total, pages))
}
