//! `GET /help_center/help_centers/{id}/redirects`

use deskwire_domain::error::Result;
use deskwire_domain::help_centers::redirects;

use super::{id, view::View};
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of the redirects of a help center.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request, "id")?;
    let page = Numbered::read_with_cursor(&request, Limits { default: 50, most: 250 })?;
    let (rows, total) = request.search(move |cx| redirects::page(cx, id, page.per_page, page.offset())).await?;
    request.json(&List::page(
        rows.iter().map(View::from).collect(),
        total,
        page.pages_by_cursor(request.caller().workspace(), total),
    ))
}
