//! `POST /companies/search`

use deskwire_domain::attributes::Model;
use deskwire_domain::companies;
use deskwire_domain::error::Result;
use deskwire_domain::search::{self, COMPANIES, Manner};
use serde_json::Value;

use super::view;
use crate::page::{self, Cursored};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Companies that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let body = Value::Object(std::mem::take(&mut request.body.0));
    let manner = Manner {
        by_days: !request.version().has(Feature::ExactTimes),
        lenient_order: !request.version().has(Feature::SortOrderChecked),
        per_page: 15,
        max_per_page: 150,
    };
    let searched = request.search(move |cx| {
        let asked = search::understand(cx, Model::Company, &COMPANIES, &body, manner)?;
        let page = Cursored::of(cx.actor().workspace(), &asked)?;
        let found = companies::search(cx, &asked, page.after.as_ref())?;
        let companies = companies::find_many(cx, &found.ids)?;
        Ok((page, found, companies))
    });
    let (page, found, companies) = searched.await?;
    let pages = page.pages(request.caller().workspace(), &found);
    view::page(&request, &companies, page::total(&found), pages)
}
