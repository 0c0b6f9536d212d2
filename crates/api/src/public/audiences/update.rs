//! `PUT /audiences/{id}`

use deskwire_domain::audiences;
use deskwire_domain::error::{ErrorKind, Result};

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes an audience.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| audiences::update(cx, id, &input)).await?;
    request.json(&View::new(&changed)?)
}
