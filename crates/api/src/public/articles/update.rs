//! `PUT /articles/{id}`

use deskwire_domain::articles;
use deskwire_domain::error::{ErrorKind, Result};

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Changes an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request.body, &request.origin, request.version())?;
    let changed = request.write(move |cx| articles::update(cx, id, &input)).await?;
    request.json(&View::new(&changed, &request).with_statistics(&changed, request.version()))
}
