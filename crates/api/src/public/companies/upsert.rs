//! `POST /companies`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Creates a company, or updates the one with this `company_id`.
pub async fn handle(request: Request) -> Result<Reply> {
    input::check_keys(&request.body, request.version().has(Feature::CompanyActivity))?;
    let (id, input) = (request.body.id("id")?.flatten(), input::read(&request.body)?);
    let full = request
        .write(move |cx| match &id {
            Some(id) => companies::upsert_known(cx, id, &input),
            None => companies::upsert(cx, &input),
        })
        .await?;
    view::one(&request, &full)
}
