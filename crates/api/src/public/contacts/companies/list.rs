//! `GET /contacts/{id}/companies`

use deskwire_domain::companies;
use deskwire_domain::error::Result;
use serde::Serialize;

use crate::page::{List, Numbered};
use crate::public::companies::input::NESTED;
use crate::public::companies::view;
use crate::public::contacts::input;
use crate::reply::Reply;
use crate::request::Request;

/// Companies are under `data`, as in the examples, and under `companies`, where the description has them and the
/// official clients look for them.
#[derive(Serialize)]
struct Attached<'a, T> {
    #[serde(flatten)]
    list: &'a List<T>,
    companies: &'a [T],
}

/// The companies of a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let page = Numbered::read(&request, NESTED)?;
    let listed = request.search(move |cx| companies::companies_of(cx, id, page.offset(), page.per_page));
    let (total, companies) = listed.await?;
    let mut list = view::list(&request, &companies, total, page.pages(&request, total))?;
    list.data = list.data.into_iter().map(view::View::brief).collect();
    let companies = view::views(request.caller().workspace(), &companies)?;
    request.json(&Attached { companies: &companies, list: &list })
}
