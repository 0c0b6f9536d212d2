//! `POST /internal_articles`

use deskwire_domain::error::Result;
use deskwire_domain::internal_articles;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates an internal article.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request)?;
    let made = request.write(move |cx| internal_articles::create(cx, &input)).await?;
    request.json(&View::new(&made, request.version())?)
}
