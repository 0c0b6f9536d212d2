//! `PUT /internal_articles/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::internal_articles;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes an internal article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| internal_articles::update(cx, id, &input)).await?;
    request.json(&View::new(&changed, request.version())?)
}
