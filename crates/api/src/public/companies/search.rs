//! `POST /companies/search`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::view;
use crate::page::{self, Pages};
use crate::reply::Reply;
use crate::request::Request;

/// Companies that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let body = request.take_body();
    let options = page::search_options_by_days(&request, 15);
    let page = request.search(move |cx| companies::search(cx, &body, options)).await?;
    view::page(&request, &page.items, page.total, Pages::of(&page))
}
