//! `GET /companies/scroll`

use deskwire_domain::companies;
use deskwire_domain::error::Result;
use serde::Serialize;

use super::view;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View<'a> {
    r#type: &'static str,
    data: Vec<view::View<'a>>,
    /// A walk has neither pages nor a total; the API represents them as nulls.
    pages: Option<()>,
    total_count: Option<()>,
    scroll_param: Option<&'a str>,
}

/// The next batch of a walk over all companies.
pub async fn handle(request: Request) -> Result<Reply> {
    let param = request.query("scroll_param").map(std::borrow::Cow::into_owned);
    let scroll = request.write(move |cx| companies::scroll(cx, param.as_deref())).await?;
    let data = view::views(request.caller().workspace(), &scroll.companies)?;
    request.json(&View { r#type: "list", data, pages: None, total_count: None, scroll_param: scroll.param.as_deref() })
}
