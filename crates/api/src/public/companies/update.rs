//! `PUT /companies/{id}`

use deskwire_domain::companies;
use deskwire_domain::error::{Error, ErrorKind, Result};

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Changes a company. An `id` in the body must equal the one in the path. A `company_id` in the body is ignored: it is
/// set only when the company is created.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    input::check_keys(&request.body, request.version().has(Feature::CompanyActivity))?;
    if request.body.id("id")?.flatten().is_some_and(|named| named != request.param("id")) {
        return Err(Error::new(ErrorKind::BadRequest, "bad 'id' parameter: it must be the id in the path").field("id"));
    }
    let input = input::read(&request.body)?;
    let full = request.write(move |cx| companies::update(cx, id, &input)).await?;
    view::one(&request, &full)
}
