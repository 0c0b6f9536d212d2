//! `POST /data_attributes`

use deskwire_domain::data_attributes;
use deskwire_domain::error::Result;

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates a data attribute.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = input::new(&request.body, request.version())?;
    let made = request.write(move |cx| data_attributes::create(cx, &new)).await?;
    request.json(&View::custom(&made)?)
}
