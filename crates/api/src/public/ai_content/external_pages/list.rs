//! `GET /ai/external_pages`

use deskwire_domain::ai_content::pages;
use deskwire_domain::error::Result;

use super::super::LIMITS;
use super::view::View;
use crate::page::{List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of external pages, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let (rows, total) = request.search(move |cx| pages::page(cx, page.per_page, page.offset())).await?;
    let views = rows.iter().map(View::from).collect();
    request.json(&List::page(views, total, page.pages(&request, total)))
}
