//! `POST /contacts/search`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view;
use crate::page;
use crate::reply::Reply;
use crate::request::Request;

/// Contacts that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let body = request.take_body();
    let options = page::search_options_by_days(&request, 50);
    let history = request.query_flag("include_merge_history");
    let searched = request.search(move |cx| {
        let mut page = contacts::search(cx, &body, options)?;
        if history {
            contacts::load_merge_history(cx, &mut page.items)?;
        }
        Ok(page)
    });
    view::page(&request, &searched.await?)
}
