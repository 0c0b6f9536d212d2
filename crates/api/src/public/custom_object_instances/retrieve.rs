//! `GET /custom_object_instances/{type}/{id}`

use deskwire_domain::custom_objects;
use deskwire_domain::error::Result;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One instance, by its id or its external id.
pub async fn handle(request: Request) -> Result<Reply> {
    let (identifier, id) = (request.param("type").to_owned(), request.param("id").to_owned());
    let full = request.read(move |cx| custom_objects::find(cx, &identifier, &id)).await?;
    request.json(&View::of(&full)?)
}
