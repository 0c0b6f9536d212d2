//! `GET /help_center/help_centers`

use deskwire_domain::error::Result;
use deskwire_domain::help_centers;

use super::view::View;
use crate::page::{List, Numbered};
use crate::public::help_center::collections::LIMITS;
use crate::reply::Reply;
use crate::request::Request;

/// A page of help centers. Clients request pages until one is empty.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let all = request.read(help_centers::list).await?;
    let [skipped, taken] = [page.offset(), page.per_page].map(|rows| usize::try_from(rows).unwrap_or(usize::MAX));
    let views = all.iter().skip(skipped).take(taken).map(|center| View::new(center, &request));
    request.json(&List::whole(views.collect()))
}
