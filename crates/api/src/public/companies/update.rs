//! `PUT /companies/{id}`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::gates;

/// Changes a company. A `company_id` in the body is passed over: it is set once, when the company is made.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::id(&request)?;
    input::check_keys(&request.body, gates::companies_request_now(request.version()))?;
    let input = input::read(&request.body)?;
    let full = request.write(move |tx, actor| companies::update(tx, actor, id, &input)).await?;
    view::one(&request, &full)
}
