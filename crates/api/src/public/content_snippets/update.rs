//! `PUT /content_snippets/{id}`

use deskwire_domain::content_snippets;
use deskwire_domain::error::{ErrorKind, Result};

use super::{input, view::View};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a content snippet.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::SnippetNotFound)?;
    let input = input::read(&request)?;
    let changed = request.write(move |cx| content_snippets::update(cx, id, &input)).await?;
    request.json(&View::new(&changed)?)
}
