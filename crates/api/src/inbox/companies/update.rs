//! `PATCH /app/v1/companies/{id}`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use super::super::request::Request;
use super::{id, view};
use crate::public::companies::input;
use crate::reply::Reply;

/// Changes the given fields of a company.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, input) = (id(&request)?, input::read(&request.fields())?);
    request
        .write(move |cx| {
            companies::update(cx, id, &input)?;
            view::page(cx, id)
        })
        .await
}
