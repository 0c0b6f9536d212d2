//! `GET /help_center/collections`

use deskwire_domain::collections;
use deskwire_domain::error::Result;

use super::view::View;
use super::{LIMITS, levels};
use crate::page::{List, Numbered};
use crate::reply::Reply;
use crate::request::Request;

/// A page of collections, most recently updated first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let levels = levels(&request);
    let (rows, total) = request.search(move |cx| collections::page(cx, levels, page.per_page, page.offset())).await?;
    let views = rows.iter().map(|full| View::new(full, &request)).collect();
    request.json(&List::page(views, total, page.pages(&request, total)))
}
