//! `POST /conversations/search`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;

use crate::page;
use crate::reply::Reply;
use crate::request::Request;

/// Conversations that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let search = page::search(&mut request, 20);
    let page = request.search(move |cx| conversations::search(cx, &search)).await?;
    super::page::reply(&request, &page)
}
