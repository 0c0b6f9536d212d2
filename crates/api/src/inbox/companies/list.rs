//! `GET /app/v1/companies`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::super::contacts::Listed;
use super::super::request::Request;
use super::super::types::Companies;
use super::view;
use crate::reply::Reply;

/// The fields that `q` searches.
pub(super) const FIELDS: &[&str] = &["name", "company_id"];

/// A window of the companies that match and have contacts.
pub async fn handle(request: Request) -> Result<Reply> {
    let wanted = Listed::read(&request, FIELDS, "created_at")?.window(&request)?;
    request
        .search(move |cx| {
            let page = companies::search(cx, &wanted)?;
            let items = page.items.iter().map(view::company).collect::<Result<_>>()?;
            Ok(Companies { items, total: page.total, next: page.next })
        })
        .await
}
