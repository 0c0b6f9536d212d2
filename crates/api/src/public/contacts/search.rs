//! `POST /contacts/search`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view;
use crate::page;
use crate::reply::Reply;
use crate::request::Request;

/// Contacts that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let search = page::search(&mut request, 50);
    let history = request.query_flag("include_merge_history", false)?;
    let searched = request.search(move |cx| {
        let mut page = contacts::search(cx, &search)?;
        if history {
            contacts::load_merge_history(cx, &mut page.items)?;
        }
        Ok(page)
    });
    view::page(&request, &searched.await?)
}
