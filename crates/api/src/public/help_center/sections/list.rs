//! `GET /help_center/sections`

use deskwire_domain::collections::{self, Levels};
use deskwire_domain::error::Result;

use crate::page::{List, Numbered};
use crate::public::help_center::collections::LIMITS;
use crate::public::help_center::collections::view::Section as View;
use crate::reply::Reply;
use crate::request::Request;

/// A page of sections, most recently updated first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Numbered::read(&request, LIMITS)?;
    let (rows, total) =
        request.search(move |cx| collections::page(cx, Levels::Sections, page.per_page, page.offset())).await?;
    let views = rows.iter().map(|full| View::new(full, &request)).collect();
    request.json(&List::page(views, total, page.pages(&request, total)))
}
