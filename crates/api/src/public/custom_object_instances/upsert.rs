//! `POST /custom_object_instances/{type}`

use deskwire_domain::custom_objects::{self, Input};
use deskwire_domain::error::Result;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates the instance with this external id, or updates it.
pub async fn handle(request: Request) -> Result<Reply> {
    let (identifier, body) = (request.param("type").to_owned(), &request.body);
    let input = Input {
        external_id: body.id("external_id")?.flatten(),
        external_created_at: body.time("external_created_at")?,
        external_updated_at: body.time("external_updated_at")?,
        custom_attributes: body.object("custom_attributes")?.flatten().cloned(),
    };
    let full = request.write(move |cx| custom_objects::save(cx, &identifier, &input)).await?;
    request.json(&View::of(&full)?)
}
