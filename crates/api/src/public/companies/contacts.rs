//! `GET /companies/{id}/contacts`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::input::NESTED;
use crate::page::{List, Numbered};
use crate::public::contacts::view;
use crate::reply::Reply;
use crate::request::Request;

/// The active contacts of a company.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    let page = Numbered::read_with_cursor(&request, NESTED)?;
    let listed = request.search(move |cx| companies::contacts_of(cx, id, page.offset(), page.per_page));
    let (total, contacts) = listed.await?;
    let sources = view::sources(&request, &contacts);
    request.json(&List::page(view::views(&sources)?, total, page.pages_by_cursor(request.caller().workspace(), total)))
}
