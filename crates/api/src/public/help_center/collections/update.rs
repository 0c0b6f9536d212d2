//! `PUT /help_center/collections/{id}`

use deskwire_domain::collections;
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use super::{input, levels};
use crate::reply::Reply;
use crate::request::Request;

/// Changes or moves a collection.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request.body)?;
    let levels = levels(&request);
    let changed = request.write(move |cx| collections::update(cx, levels, id, &input)).await?;
    request.json(&View::new(&changed, &request))
}
