//! `POST /companies/search`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::view;
use crate::page::{self, Pages};
use crate::reply::Reply;
use crate::request::Request;

/// Companies that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let search = page::search(&mut request, 15);
    let page = request.search(move |cx| companies::search(cx, &search)).await?;
    view::page(&request, &page.items, page.total, Pages::of(&page))
}
