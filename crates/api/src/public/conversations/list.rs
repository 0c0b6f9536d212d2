//! `GET /conversations`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;
use deskwire_store::search::Order;

use crate::page::{Cursored, Limits};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 20, most: 150 };

/// Conversations, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Cursored::read(&request, LIMITS, Order::NEWEST)?;
    let asked = page.clone();
    let walked = request.search(move |cx| {
        let found = conversations::list(cx, asked.after.as_ref(), asked.limit())?;
        let shown = conversations::find_many(cx, &found.ids)?;
        Ok((found, shown))
    });
    let (found, (fulls, context)) = walked.await?;
    super::page::reply(&request, &page, &found, &fulls, &context)
}
