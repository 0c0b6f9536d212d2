//! `PATCH /app/v1/contacts/{id}`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::super::request::Request;
use super::{id, view};
use crate::public::contacts::input;
use crate::reply::Reply;

/// Changes the given fields of a contact; null clears one.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, input) = (id(&request)?, input::read(&request.fields(), &request.actor().tenant)?);
    request
        .write(move |cx| {
            contacts::update(cx, id, &input)?;
            view::page(cx, id)
        })
        .await
}
