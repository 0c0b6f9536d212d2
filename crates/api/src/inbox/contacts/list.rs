//! `GET /app/v1/contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::super::request::Request;
use super::super::types::Contacts;
use super::{Listed, view};
use crate::reply::Reply;

/// The fields that `q` searches.
pub(super) const FIELDS: &[&str] = &["name", "email", "phone"];

/// A window of the contacts that match.
pub async fn handle(request: Request) -> Result<Reply> {
    let wanted = Listed::read(&request, FIELDS, "created_at")?.window(&request)?;
    request
        .search(move |cx| {
            let page = contacts::search(cx, &wanted)?;
            let items = page.items.iter().map(|full| view::contact(&full.contact)).collect::<Result<_>>()?;
            Ok(Contacts { items, total: page.total, next: page.next })
        })
        .await
}
