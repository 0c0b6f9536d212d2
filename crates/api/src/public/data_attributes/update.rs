//! `PUT /data_attributes/{id}`

use deskwire_domain::data_attributes;
use deskwire_domain::error::Result;
use deskwire_domain::ids::DataAttributeId;

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Changes or archives a data attribute.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = DataAttributeId::parse(request.param("id"));
    let changes = input::changes(&request.body)?;
    let after = request.write(move |cx| data_attributes::update(cx, id, &changes)).await?;
    request.json(&View::custom(&after)?)
}
