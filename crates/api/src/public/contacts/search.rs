//! `POST /contacts/search`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view;
use crate::page::{Cursored, Limits};
use crate::reply::Reply;
use crate::request::Request;
use crate::search;

const LIMITS: Limits = Limits { default: 50, most: 150 };

/// Contacts that match a query.
pub async fn handle(request: Request) -> Result<Reply> {
    let asked = search::Asked::read(&request, LIMITS)?;
    let page: Cursored = asked.page.clone();
    let history = request.query_flag("include_merge_history");
    let (found, contacts) = request.search(move |tx, actor| {
            let found = contacts::search(tx, actor, &asked.query, &asked.dialect, asked.after.as_ref(), asked.page.per_page)?;
            let mut contacts = contacts::find_many(tx, actor, &found.ids)?;
            super::with_history(tx, actor, history, &mut contacts)?;
            Ok((found, contacts))
        })
        .await?;
    view::page(&request, &page, &found, &contacts)
}
