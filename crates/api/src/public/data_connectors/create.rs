//! `POST /data_connectors`

use deskwire_domain::data_connectors;
use deskwire_domain::error::Result;
use http::StatusCode;

use super::{input, view::Detail};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a data connector as a draft.
pub async fn handle(request: Request) -> Result<Reply> {
    let change = input::read(&request)?;
    let made = request.write(move |cx| data_connectors::create(cx, &change)).await?;
    request.json_with(StatusCode::CREATED, &Detail::new(&made))
}
