//! `GET /contacts/{id}/companies`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::{NESTED, view};
use crate::page::Numbered;
use crate::public::contacts;
use crate::reply::Reply;
use crate::request::Request;

/// The companies of a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = contacts::id(&request)?;
    let page = Numbered::read(&request, NESTED)?;
    let listed = request.search(move |tx, actor| companies::companies_of(tx, actor, id, page.offset(), page.per_page));
    let (total, companies) = listed.await.map_err(|e| contacts::gone_or_missing(&request, e))?;
    view::page(&request, &companies, total, page.pages(&request, total))
}
