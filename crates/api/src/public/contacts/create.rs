//! `POST /contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request.body, request.caller().tenant())?;
    let full = request.write(move |cx| contacts::create(cx, &input)).await?;
    request.json(&view::Source::new(request.caller().workspace(), &full).view()?)
}
