//! `POST /articles`

use deskwire_domain::articles;
use deskwire_domain::error::Result;

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates an article.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request.body, &request.origin, request.version())?;
    let made = request.write(move |cx| articles::create(cx, &input)).await?;
    request.json(&View::new(&made, &request).with_statistics(&made, request.version()))
}
