//! `PUT /news/news_items/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::news;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a news item.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::ResourceNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| news::update(cx, id, &input)).await?;
    request.json(&View::new(&changed, &request)?)
}
