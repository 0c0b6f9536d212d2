//! `POST /content_snippets`

use deskwire_domain::content_snippets;
use deskwire_domain::error::Result;
use http::StatusCode;

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a content snippet.
pub async fn handle(request: Request) -> Result<Reply> {
    let input = input::read(&request)?;
    let made = request.write(move |cx| content_snippets::create(cx, &input)).await?;
    request.json_with(StatusCode::CREATED, &View::new(&made)?)
}
