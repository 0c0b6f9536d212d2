//! `PATCH /app/v1/contacts/{id}`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::super::request::Request;
use super::super::seen;
use super::{id, view};
use crate::public::contacts::input;
use crate::reply::Reply;

/// Changes the given fields of a contact; null clears one. `was` has the values that the teammate saw.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, body) = (id(&request)?, request.fields());
    let input = input::read(&body, &request.actor().tenant)?;
    request
        .write(move |cx| {
            if seen::is_given(&body) {
                seen::check(&body, &view::contact(&contacts::lock(cx, id)?)?)?;
            }
            contacts::update(cx, id, &input)?;
            view::page(cx, id)
        })
        .await
}
