//! `GET /contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;
use deskwire_store::search::Order;

use super::view;
use crate::page::{Cursored, Limits};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 10, most: 150 };

/// Contacts, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Cursored::read(&request, LIMITS, Order::NEWEST)?;
    let asked = page.clone();
    let history = request.query_flag("include_merge_history");
    let walked = request.search(move |cx| {
        let found = contacts::list(cx, asked.after.as_ref(), asked.limit())?;
        let mut contacts = contacts::find_many(cx, &found.ids)?;
        super::merged::with_history(cx, history, &mut contacts)?;
        Ok((found, contacts))
    });
    let (found, contacts) = walked.await?;
    view::page(&request, &page, &found, &contacts)
}
