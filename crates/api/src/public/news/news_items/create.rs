//! `POST /news/news_items`

use deskwire_domain::error::Result;
use deskwire_domain::news;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a news item.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request)?;
    let made = request.write(move |cx| news::create(cx, &input)).await?;
    request.json(&View::new(&made, &request)?)
}
