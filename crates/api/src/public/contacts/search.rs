//! `POST /contacts/search`

use deskwire_domain::attributes::Model;
use deskwire_domain::contacts;
use deskwire_domain::error::Result;
use deskwire_domain::search::{self, CONTACTS, Manner};
use serde_json::Value;

use super::view;
use crate::page::Cursored;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Contacts that match a query.
pub async fn handle(mut request: Request) -> Result<Reply> {
    let body = Value::Object(std::mem::take(&mut request.body.0));
    let history = request.query_flag("include_merge_history");
    let manner = Manner {
        by_days: !request.version().has(Feature::ExactTimes),
        lenient_order: !request.version().has(Feature::SortOrderChecked),
        per_page: 50,
        max_per_page: 150,
    };
    let searched = request.search(move |cx| {
        let asked = search::understand(cx, Model::Contact, &CONTACTS, &body, manner)?;
        let page = Cursored::of(cx.actor().workspace(), &asked)?;
        let found = contacts::search(cx, &asked, page.after.as_ref())?;
        let mut contacts = contacts::find_many(cx, &found.ids)?;
        super::merged::with_history(cx, history, &mut contacts)?;
        Ok((page, found, contacts))
    });
    let (page, found, contacts) = searched.await?;
    view::page(&request, &page, &found, &contacts)
}
