//! `GET /ai/content_import_sources`

use deskwire_domain::ai_content::sources;
use deskwire_domain::error::Result;

use super::super::LIMITS;
use super::view::View;
use crate::page::{List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of content import sources, oldest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let (rows, total) = request.search(move |cx| sources::page(cx, page.per_page, page.offset())).await?;
    let views = rows.iter().map(View::new).collect::<Result<Vec<_>>>()?;
    request.json(&List::page(views, total, page.pages(&request, total)))
}
