//! `POST /app/v1/contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::super::request::Request;
use super::view;
use crate::public::contacts::input;
use crate::reply::Reply;

/// Creates a contact from the fields that the API's operation takes.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request.fields(), &request.actor().tenant)?;
    request
        .write(move |cx| {
            let id = contacts::create(cx, &input)?.contact.id;
            view::page(cx, id)
        })
        .await
}
