//! `GET /macros`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::{macros, times};

use super::view::{Page, View};
use crate::page::{self, Limits, per_page_within};
use crate::reply::Reply;
use crate::request::Request;

/// A page of the macros that the caller's admin can see.
pub async fn handle(request: Request) -> Result<Reply> {
    let limits = Limits { default: 50, most: 150 };
    let per_page = per_page_within(request.query_integer("per_page")?, limits)?;
    let since = request.query("updated_since").map(|text| text.parse().ok().and_then(times::second).ok_or(text));
    let invalid = |_| Error::invalid("Invalid updated_since timestamp").field("updated_since");
    let since = since.transpose().map_err(invalid)?;
    let cursor = page::cursor(&request)?.map(String::from);
    let page = request.read(move |cx| macros::list(cx, since, cursor.as_deref(), per_page)).await?;
    let data = page.macros.iter().map(View::from).collect();
    request.json(&Page::new(data, per_page, page.next))
}
