//! `PATCH /app/v1/companies/{id}`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::super::request::Request;
use super::super::seen;
use super::{id, view};
use crate::public::companies::input;
use crate::reply::Reply;

/// Changes the given fields of a company. `was` has the values that the teammate saw.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, body) = (id(&request)?, request.fields());
    let input = input::read(&body)?;
    request
        .write(move |cx| {
            if seen::is_given(&body) {
                seen::check(&body, &view::company(&companies::lock(cx, id)?)?)?;
            }
            companies::update(cx, id, &input)?;
            view::page(cx, id)
        })
        .await
}
